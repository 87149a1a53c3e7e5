# nbgrader as a lead trainer's JupyterLab sees it: the grader's own course and gradebook.
import os

from lideri.nbgrader_bridge.course import nbgrader_settings

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # given by traitlets
c.merge(nbgrader_settings(os.environ))
