# JupyterLab of a lead trainer: formgrader on the course's gradebook, nothing for students.
c = get_config()  # type: ignore[name-defined]  # noqa: F821  # given by traitlets
c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.formgrader": True,
    "nbgrader.server_extensions.validate_assignment": False,
    "nbgrader.server_extensions.assignment_list": False,
    "nbgrader.server_extensions.course_list": False,
    "voila.server_extension": False,
    "jupyterlab_jupytext": False,
}
c.ServerApp.shutdown_no_activity_timeout = 3600
c.MappingKernelManager.cull_idle_timeout = 1800
