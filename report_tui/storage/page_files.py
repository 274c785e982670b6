"""Writes a page to where somebody wants it, and never over a file that is none of our pages unless they said so.

Owns how a page of ours is told from any other file, and that a page is whole or not there. It makes no pages.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from report_tui.storage.files import CannotSave, digest_of, system_words
from report_tui.storage.printing import MARK as PDF_MARK
from report_tui.storage.writing import temporary

_LOOKED_AT = 4096
"""Bytes at the beginning in which a page of ours says that it is one."""
_BEGIN = b"<!DOCTYPE html>\n"
_MARK = b'<meta name="generator" content="report-tui '


def may_replace(path: Path, data: bytes) -> bool:
    """Whether nothing is lost when these bytes are written there.

    Args:
        path: where to.
        data: what is to be written.

    Returns:
        True where nothing stands there, a page of ours, or the same bytes; False for any other regular file, and for a
        link: a repository may bring one along that leads anywhere.

    Raises:
        CannotSave: it is a folder, or something else that is no file, or cannot be looked at.
    """
    try:
        if path.is_symlink():
            return False
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            if stat.S_ISDIR(info.st_mode):
                raise CannotSave(path, "is a folder", "name a file in it")
            raise CannotSave(path, "is no file", "name another one with -o")
        with path.open("rb") as file:
            start = file.read(_LOOKED_AT)
            if start.startswith(_BEGIN) and _MARK in start:
                return True
            if start.startswith(b"%PDF-"):
                file.seek(-min(len(PDF_MARK), info.st_size), os.SEEK_END)
                return file.read() == PDF_MARK
            return info.st_size == len(data) and digest_of(start + file.read(len(data))) == digest_of(data)
    except FileNotFoundError:
        return True
    except (OSError, ValueError) as error:
        raise CannotSave(path, f"cannot be looked at ({system_words(error)})", "name another file with -o") from error


def write(path: Path, data: bytes) -> None:
    """Write a file, over whatever file stands there: whole, or not at all.

    Raises:
        CannotSave: it could not be written; what stood there is as it was.
    """
    try:
        target = Path(os.path.realpath(path))
        with temporary(target, data) as written:
            # Readable as any file that somebody makes, and not by its owner alone as a temporary one.
            written.chmod(0o666 & ~_umask())
            written.replace(target)
    except (OSError, ValueError) as error:
        raise CannotSave(path, f"cannot be written ({system_words(error)})", "name another file with -o") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
