"""What kernels will do alike, done once in the warm parent: what it loads and fills is shared by all of them."""

from __future__ import annotations

import io


def chart() -> None:
    """Draw as notebooks do, without a window: fonts are found and read, drawing code is loaded."""
    import pandas as pd
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    table = pd.DataFrame({"mēnesis": ["jan", "feb", "mar"], "skaits": [3, 5, 8], "daļa": [0.2, 0.3, 0.5]})
    figure = Figure()
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    left.bar(table["mēnesis"], table["skaits"], label="skaits")
    left.legend()
    right.plot(table["skaits"], table["daļa"], marker="o")
    right.set_title("Āčēģī ķļņšūž")
    right.set_xlabel("mēnesis")
    right.grid(visible=True)
    for kind in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=kind)
    table.groupby("mēnesis")["skaits"].sum().to_frame().merge(table, on="mēnesis").to_html()
    table.describe().to_html()
