"""The colouring of code in a fence: which languages are known, and which classes a page's styles must know.

Owns that list: Pygments has a reader for five hundred languages, some of which take hours for a text made for that.
What it returns is HTML whose every character of the code is escaped. The library is imported at the first use.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pygments.lexer import Lexer

LANGUAGES = {
    "bash": "bash",
    "bat": "bat",
    "c": "c",
    "c++": "cpp",
    "cfg": "ini",
    "console": "console",
    "cpp": "cpp",
    "css": "css",
    "diff": "diff",
    "docker": "docker",
    "dockerfile": "docker",
    "go": "go",
    "html": "html",
    "ini": "ini",
    "java": "java",
    "javascript": "javascript",
    "js": "javascript",
    "json": "json",
    "julia": "julia",
    "make": "make",
    "makefile": "make",
    "powershell": "powershell",
    "py": "python",
    "pycon": "pycon",
    "python": "python",
    "python3": "python",
    "r": "r",
    "rust": "rust",
    "sh": "bash",
    "shell": "bash",
    "shell-session": "console",
    "sql": "sql",
    "toml": "toml",
    "ts": "typescript",
    "typescript": "typescript",
    "yaml": "yaml",
    "yml": "yaml",
    "zsh": "bash",
}
"""From what a fence is called to what Pygments calls it."""
CLASSES = frozenset(
    "bp c c1 ch cm cp cpf cs dl err fm g gd ge gh gi gp gr gs gt gu il k kc kd kn kp kr kt l ld m mb mf mh mi mo n na "
    "nb nc nd ne nf ni nl nn no nt nv nx o ow p pm py s s1 s2 sa sb sc sd se sh si sr ss sx vc vg vi vm w".split()
)
"""Of the pieces that it colours."""
_LONGEST = 20_000
"""Characters; longer code is shown in one colour."""


def coloured(code: str, language: str, _attributes: str) -> str:
    """The code as HTML with a class around each piece; an empty string where its language is not known.

    Args:
        code: what stands in the fence.
        language: as the fence names it; anything.
        _attributes: what stands behind it.
    """
    known = LANGUAGES.get(language.lower())
    if known is None or len(code) > _LONGEST:
        return ""
    pieces: list[str] = []
    for token, text in _lexer(known).get_tokens(code):
        name = _class_of(token)
        pieces.append(f'<span class="{name}">{escape(text)}</span>' if name in CLASSES else escape(text))
    return "".join(pieces)


@lru_cache(maxsize=32)
def _lexer(name: str) -> Lexer:
    from pygments.lexers import get_lexer_by_name

    # Its own treatment of the code's ends would take blank lines away.
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


def _class_of(token: object) -> str:
    from pygments.token import STANDARD_TYPES

    return STANDARD_TYPES.get(token, "")  # type: ignore[call-overload, no-any-return]
