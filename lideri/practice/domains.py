"""Which part of an address tells whose it is: the registrable domain, by the Public Suffix List.

The list is the snapshot that ships with `tldextract`; nothing is fetched. «gov.lv» is a public suffix itself, so in
«latvija.gov.lv» the registrable domain is all three words. «.example» is reserved (RFC 2606) and in no list;
by the list's own rule for unlisted endings it counts as a suffix.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit


@lru_cache(maxsize=1)
def _splitter() -> Callable[[str], tuple[str, str]]:
    from tldextract import TLDExtract  # late: only this simulator needs it

    split = TLDExtract(suffix_list_urls=(), cache_dir=None, extra_suffixes=("example",))

    def parts(host: str) -> tuple[str, str]:
        found = split(host)
        return found.top_domain_under_public_suffix, found.suffix

    return parts


def host_of(url: str) -> str:
    """The host alone, in lower case: without «name@», port and path."""
    host = urlsplit(url).hostname
    if not host:
        raise ValueError(f"adresē nav datora vārda: {url}")
    return host


def registrable_domain(host: str) -> str:
    """The part of ``host`` that somebody registered; empty when the host is only a public suffix such as «gov.lv»."""
    return _splitter()(host)[0]


def public_suffix(host: str) -> str:
    """The ending under which anybody, or any institution, can have a name: «lv», «gov.lv», «com»."""
    return _splitter()(host)[1]
