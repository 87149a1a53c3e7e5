"""nbgrader on the course's gradebook: for its command line (run here, LIDERI_DATA set) and for formgrader."""

import os

from lideri.nbgrader_bridge.course import nbgrader_settings

c = get_config()  # noqa: F821
c.merge(nbgrader_settings(os.environ))
