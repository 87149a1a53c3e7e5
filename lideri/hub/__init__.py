"""What runs: JupyterHub with its proxy, the services behind its log-in, and the supervisor of them all."""
