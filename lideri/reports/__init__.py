"""Read models: frozen data made from records, without Jupyter; pages and dashboards only show them."""
