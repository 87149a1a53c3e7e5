# nbgrader as a lead trainer's JupyterLab sees it: the grader's own course and gradebook.
import os

from lideri.nbgrader_bridge.course import nbgrader_settings

c = get_config()  # noqa: F821
c.merge(nbgrader_settings(os.environ))
