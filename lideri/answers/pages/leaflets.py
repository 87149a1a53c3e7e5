"""«Lapiņa klientam»: half a sheet of A4 to print and give away."""

from __future__ import annotations

from markupsafe import Markup

from lideri.answers.pages.site import Page
from lideri.errors import NotFound

SHORT = 450  # characters: such a leaflet is printed in larger letters


class Leaflets(Page):
    """`lapinas`: all there are, by module."""

    async def get(self) -> None:
        course = self.context.course
        modules = []
        for module in course.syllabus.modules:
            own = [course.leaflets[part.id] for part in module.parts if part.id in course.leaflets]
            if own:
                lines = [(leaflet.title, self.at_home(f"lapinas/{leaflet.page}"), leaflet.page) for leaflet in own]
                modules.append((f"{module.id}. {module.title}", lines))
        self.show("lapinas.html", current="lapinas", modules=modules)


class OneLeaflet(Page):
    """`lapinas/<page>`: one leaflet; on paper twice on a sheet, with a line to cut along."""

    async def get(self, page: str) -> None:
        leaflet = self.context.course.leaflets.get(page)
        if leaflet is None:
            raise NotFound("Šai nodaļai lapiņas nav. Visas lapiņas ir sarakstā «Lapiņas klientam».")
        body = Markup(leaflet.html)  # noqa: S704  # made by `lideri build`, which lets no HTML of authors through
        part = self.context.course.syllabus.part(page)
        self.show(
            "lapina.html",
            current="lapinas",
            leaflet=leaflet,
            body=body,
            roomy=len(body.striptags()) <= SHORT,
            chapter=f"{page}. {part.title}" if part else page,
            chapter_href=f"/services/macibas/{page}",
        )
