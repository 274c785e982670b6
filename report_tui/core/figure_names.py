"""What a figure's file is called: safe names of any name, descriptions of names, paths as terminals paste them.

Owns names as text only. Whether a file stands there, and whether a name is still free, is `storage`'s to find out.
"""

from __future__ import annotations

import re
import unicodedata

NAME_LIMIT = 60
"""Characters of a safe name, its extension included: it stays readable in a list and fits every file system."""
SAFE_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\.[a-z0-9]+")
"""What `safe_name` makes, whatever it is given."""

_EXTENSIONS = "png|jpe?g|jpe|jfif|gif|webp|bmp|dib|tiff?|heic|heif|avif|svg|pdf|ico|eps|psd|raw"
_PICTURE = re.compile(rf"\.(?:{_EXTENSIONS})$", re.IGNORECASE)
_WITHOUT_NAME = "figure"
# Letters that are no base letter with an accent, and the one whose accent is a letter to those who write it.
_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "œ": "oe", "ß": "ss", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "\u0131": "i"}
)
# Windows opens a device for these, whatever extension follows.
_DEVICE = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_DESCRIPTION_LIMIT = 80


def safe_name(name: str, extension: str) -> str:
    """A file name that every system, Markdown program and address takes as it is, as close to `name` as can be read.

    Args:
        name: any name or path, hostile ones too; an extension of a picture at its end is dropped.
        extension: the one that the name gets, with or without its dot.

    Returns:
        A name that matches `SAFE_NAME`, of at most `NAME_LIMIT` characters; a name that already does stays the same.
    """
    ending = "." + (re.sub("[^a-z0-9]", "", extension.lower())[:10] or "png")
    stem = _without_extension(_last_part(_decoded(name)), ending)
    # Composed first: `å` is a letter, and would lose its ring as an `a` with an accent.
    letters = unicodedata.normalize("NFC", stem).lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", letters).lower().translate(_LETTERS)
    kept = "".join(sign for sign in _APOSTROPHES.sub("", plain) if unicodedata.category(sign) not in ("Mn", "Cf"))
    words = re.sub(r"[^a-z0-9_]+", "-", kept)
    stem = _cut(re.sub(r"[-_]*-[-_]*|__+", "-", words).strip("-_"), NAME_LIMIT - len(ending))
    if not stem:
        stem = _WITHOUT_NAME
    elif _DEVICE.fullmatch(stem):
        stem = f"{_WITHOUT_NAME}-{stem}"
    return stem + ending


def numbered(name: str, number: int) -> str:
    """A safe name with a number behind it: `wheel-slip.png` and 2 give `wheel-slip-2.png`; as long as allowed."""
    stem, _, extension = name.rpartition(".")
    ending = f"-{number}.{extension}"
    return _cut(stem, NAME_LIMIT - len(ending)) + ending


def _cut(stem: str, limit: int) -> str:
    """The stem, if need be without its last words."""
    if len(stem) <= limit:
        return stem
    cut = stem[:limit]
    gap = max(cut.rfind("-"), cut.rfind("_"))
    return (cut[:gap] if stem[limit] not in "-_" and gap > limit // 2 else cut).strip("-_")


def description_of(path: str) -> str:
    """Words for a figure, made of its file's name: `figures/wheel-slip.png` gives `Wheel slip`.

    Returns:
        One line without brackets or anything else that Markdown reads; `Figure` where the name holds no word.
    """
    name = _without_extension(_last_part(_decoded(path)), "")
    words = " ".join(re.sub(r"[\W_]+", " ", "".join(sign if _is_shown(sign) else " " for sign in name)).split())
    if len(words) > _DESCRIPTION_LIMIT:
        words = words[:_DESCRIPTION_LIMIT].rsplit(" ", 1)[0]
    return words[:1].upper() + words[1:] if words else _WITHOUT_NAME.capitalize()


def _is_shown(sign: str) -> bool:
    return sign.isprintable() and unicodedata.category(sign) != "Mn"


def _decoded(name: str) -> str:
    """The name behind `%20` and the like, which browsers leave in the names of what they save."""
    if "%" not in name:
        return name
    from urllib.parse import unquote  # here: rarely needed, and it loads more than it looks like

    return unquote(name)


def _last_part(path: str) -> str:
    return next((part for part in reversed(re.split(r"[/\\]", path)) if part.strip(". ")), "")


def _without_extension(name: str, ending: str) -> str:
    name = name.strip()
    while True:
        shorter = _PICTURE.sub("", name).rstrip()
        if ending and shorter.lower().endswith(ending):
            shorter = shorter[: -len(ending)].rstrip()
        if shorter == name:
            return name
        name = shorter


# What a terminal pastes when a file is dropped on it

_PATH_LIMIT = 4096
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\/\s]")
_START = re.compile(r"/(?![/*])|~/|\.\.?/")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_FILE_ADDRESS = re.compile(r"file:(?://[^/\s]*)?(?=/)", re.IGNORECASE)
_ANY_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# Possessive, since what follows a word can never be a part of it: the time stays linear.
_WORD = re.compile(r"""(?:'[^']*+'|"(?:[^"\\]|\\.)*+"|\\.|[^\s'"\\])++""")
_PIECE = re.compile(r"""'(?P<literal>[^']*)'|"(?P<quoted>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)|(?P<plain>[^'"\\]+)""")
_IN_QUOTES = re.compile(r'\\(["\\$`])')


def dropped_path(text: str) -> str | None:
    """The path of the file whose name a terminal pasted: in quotes, with backslashes, as `file://`, or as it is.

    Returns:
        The path, a `~/` at its beginning not yet replaced. None for several files, which nobody can describe at once,
        and for what is text, or may well be: a name without a folder needs a picture's extension to be a path, any
        other path an extension.
    """
    text = text.strip()
    if not text or len(text) > _PATH_LIMIT or not all(sign.isprintable() or sign.isspace() for sign in text):
        return None
    if re.search("[\n\r\v\f\x85\u2028\u2029]", text):
        return None
    text = re.sub(r"^& (?=['\"])", "", text)  # PowerShell's way to name a program
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    if _DRIVE.match(bare):
        return _windows_path(bare)
    words = _WORD.findall(text)
    if _WORD.sub("", text).strip():
        return _unless_text(text)  # an apostrophe that nobody closes: no shell wrote this, but a file may be called so
    if len(words) == 1:
        return _single(_unquoted(words[0]), quoted=words[0][0] in "'\"")
    several = any(_START.match(_unquoted(word)) or _FILE_ADDRESS.match(word) for word in words[1:])
    return None if several else _unless_text(text)


def _windows_path(path: str) -> str | None:
    several = re.search(r"""["']|\s[A-Za-z]:[\\/]""", path)
    return path if not several and _ANY_EXTENSION.search(path) else None


def _unless_text(text: str) -> str | None:
    """A path that stands there without quotes, blanks and all."""
    return text if _START.match(text) and _PICTURE.search(text) else None


def _single(path: str, *, quoted: bool) -> str | None:
    address = _FILE_ADDRESS.match(path)
    if address is not None:
        # The host is this machine: no terminal pastes another one's files.
        path = re.sub(r"^/(?=[A-Za-z]:/)", "", _decoded(path[address.end() :]))
        return path if path.isprintable() else None
    if _SCHEME.match(path) or not path.strip("./~"):
        return None
    if _START.match(path):
        return path if quoted or _ANY_EXTENSION.search(path) else None
    return path if _PICTURE.search(path) else None


def _unquoted(word: str) -> str:
    """What a POSIX shell makes of one word."""
    pieces = []
    for piece in _PIECE.finditer(word):
        if piece["quoted"] is not None:
            pieces.append(_IN_QUOTES.sub(r"\1", piece["quoted"]))
        else:
            pieces.append(piece["literal"] or piece["escaped"] or piece["plain"] or "")
    return "".join(pieces)
