"""Certificates as documents: a PDF on paper's size, an Open Badges 3.0 credential, and the code both carry.

Pure: from a `Certificate` to bytes or JSON. Who may have one is decided in `lideri.reports.certificate`, what was
issued is kept in `lideri.store.certificates`.
"""

from lideri.credentials.codes import new_code, read_code
from lideri.credentials.record import Certificate, Content, ModuleDone

__all__ = ["Certificate", "Content", "ModuleDone", "new_code", "read_code"]
