"""What a page's kernel works with. `open_page` is the only thing a notebook needs.

Under the hub the kernel speaks to *answers* with its token (`client`); in plain JupyterLab or Voila the same page
writes to a store of its own (`local`). Nothing heavy is imported here: a kernel starts for every page somebody opens.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lideri.errors import NotAllowed
from lideri.workbook.page import KernelPage

if TYPE_CHECKING:
    from lideri.workbook.client import AnswersOverHttp

__all__ = ["KernelPage", "open_page", "open_reports"]


def open_page(page_id: str, environment: Mapping[str, str] = os.environ) -> KernelPage:
    """The page with what its person has saved on it.

    With ``LIDERI_ANSWERS_URL`` and ``LIDERI_TOKEN`` the answers are kept by the service, otherwise in the store named
    by ``LIDERI_DATA`` for the person «vietējais». Raises a `LideriError` when the answers cannot be read now:
    a page that would look empty must not be shown.
    """
    url, token = environment.get("LIDERI_ANSWERS_URL"), environment.get("LIDERI_TOKEN")
    if url and token:
        from lideri.workbook.client import AnswersOverHttp

        return KernelPage(page_id, AnswersOverHttp(url, token))
    from lideri.workbook.local import AnswersInLocalStore

    return KernelPage(page_id, AnswersInLocalStore(environment))


def open_reports(environment: Mapping[str, str] = os.environ) -> AnswersOverHttp:
    """Where a dashboard's notebook gets its read models. Raises `NotAllowed` outside the hub, where reports are."""
    from lideri.workbook.client import AnswersOverHttp

    url, token = environment.get("LIDERI_ANSWERS_URL"), environment.get("LIDERI_TOKEN")
    if not (url and token):
        raise NotAllowed("Pārskati ir pieejami tikai sistēmā. Ienāc un atver tos no izvēlnes.")
    return AnswersOverHttp(url, token)
