"""The checks of an answer's figures: how many there are, how they are written, and what stands on disk for each.

Owns what is wrong with a figure and the words for it. What is known of the files are values (`figure_facts`): nothing
here looks at the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from report_tui.core.images import ImageForm, ImageRef, count_images, find_images
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureState
from report_tui.validation.finding import Finding, Status
from report_tui.validation.ruleset import FigureRules
from report_tui.validation.subject import Subject, extension_of, is_kind, of_range, plural, shown, within


def check_images(subject: Subject) -> Iterable[Finding]:
    """Too few or too many figures, as the course counts them."""
    limit = subject.rule.images
    if limit is None or not subject.text:
        return
    images = count_images(subject.text)
    if within(images, limit):
        return
    have = plural(images, "figure") if images else "no figure"
    message = f"{have}; this question asks for {of_range(limit)}"
    if images < limit[0]:
        way_out = f"add {plural(limit[0] - images, 'figure')}: ![what it shows]({subject.figures.folder}/name.png)"
        yield subject.error("too-few-figures", message, way_out, Status.MISSING_FIGURE)
    else:
        way_out = f"take {plural(images - limit[1], 'figure')} out"
        yield subject.error("too-many-figures", message, way_out, Status.TOO_MANY_FIGURES)


def check_figures(subject: Subject) -> Iterable[Finding]:
    """What does not work of the answer's figures; the same of each target once."""
    seen: set[tuple[object, ...]] = set()
    told: set[tuple[str, str, str]] = set()
    for image in find_images(subject.text):
        # One in code says nothing of the same one outside.
        alike = (image.form, image.target, image.in_code or image.hidden, image.renders, image.unread)
        if alike not in seen:
            seen.add(alike)
            for finding in _figure(subject, image):
                same = (image.target, finding.code, finding.message)
                if same not in told:
                    told.add(same)
                    yield finding._replace(figure=image.target)
        for finding in _description(subject, image):
            yield finding._replace(figure=image.target)


def _figure(subject: Subject, image: ImageRef) -> Iterable[Finding]:
    asked = subject.rule.images is not None and subject.rule.images[0] > 0
    if image.in_code:
        # The course counts it all the same. Where no figure is asked for, it is a sample of Markdown.
        if asked:
            message = "a figure in backticks or in a code block is not shown, though the course counts it"
            yield subject.error("figure-in-code", message, "take it out of the code", Status.BAD_FIGURE, image.row)
        return
    if image.hidden:
        if asked:
            message = "a figure in a comment or a tag, or behind a backslash, is not shown, though the course counts it"
            yield subject.error("figure-hidden", message, "write it on a line of its own", Status.BAD_FIGURE, image.row)
        return
    if image.unread:
        message = "a figure that a page shows as text: HTML or code around it, or a stray sign in it"
        way_out = "write ![what it shows](path) on a line of its own, outside of HTML and code"
        if asked:
            yield subject.error("figure-hidden", message, way_out, Status.BAD_FIGURE, image.row)
        else:
            yield subject.warning("figure-hidden", message, way_out, image.row)
    if image.form is not ImageForm.IMAGE:
        yield from _uncounted(subject, image)
    if not image.target:
        message = "a figure without a path"
        yield subject.error(
            "figure-missing", message, "write its path in the brackets", Status.MISSING_FIGURE, image.row
        )
        return
    yield from _target(subject, image, asked=asked)
    if not image.renders:
        message = (
            f"{shown(image.target)}: a blank in the path; most programs show the link as text instead of the figure"
        )
        yield subject.warning("figure-blank", message, "rename the file, or write %20 for each blank", image.row)


_FORMS = {
    ImageForm.HTML: "<img> is no figure to the course's checker",
    ImageForm.LINK: "a plain link to a picture is no figure to the course's checker",
    ImageForm.REFERENCE: "a figure written as ![..][name] is none to the course's checker",
}


def _uncounted(subject: Subject, image: ImageRef) -> Iterable[Finding]:
    limit = subject.rule.images
    target = shown(image.target) or "figures/name.png"
    way_out = f"write ![what it shows]({target})"
    missing = limit is not None and count_images(subject.text) < limit[0]
    if missing:
        yield subject.error("figure-not-counted", _FORMS[image.form], way_out, Status.BAD_FIGURE, image.row)
    elif image.form is ImageForm.LINK:
        yield subject.note("figure-not-counted", _FORMS[image.form], way_out, image.row)
    else:
        yield subject.warning("figure-not-counted", _FORMS[image.form], way_out, image.row)


def _target(subject: Subject, image: ImageRef, *, asked: bool) -> Iterable[Finding]:
    fact = subject.facts.get(image.target)
    path = shown(image.target)
    row = image.row
    if fact is None:
        yield subject.warning("figure-unchecked", f"{path} was not looked up", "save, and check again", row)
        return
    if fact.state is FigureState.REMOTE:
        message = f"{path} is an address, not a figure of the hand-in"
        way_out = f"save the picture in {subject.figures.folder}/ and name it here"
        if asked:
            yield subject.error("figure-remote", message, way_out, Status.BAD_FIGURE, row)
        else:
            yield subject.warning("figure-remote", message, way_out, row)
        return
    problem = _state(subject, fact, path)
    if problem is not None:
        yield subject.error(*problem, row)
    if fact.state in (FigureState.FOUND, FigureState.WRONG_CASE, FigureState.OUTSIDE_FOLDER):
        yield from _kind(subject, image, fact)
        if fact.file is not None:
            yield from _file(subject, image, fact.state, fact.file)


def _state(subject: Subject, fact: FigureFact, path: str) -> tuple[str, str, str, Status] | None:
    folder = subject.figures.folder
    actual = shown(fact.actual or "")
    nearest = shown(fact.nearest or "")
    if fact.state is FigureState.MISSING:
        message = f"{path} is not there" + (f"; {nearest} is" if nearest else "")
        way_out = "correct the path" if nearest else f"put the file into {folder}/, or correct the path"
        return "figure-missing", message, way_out, Status.MISSING_FIGURE
    if fact.state is FigureState.WRONG_CASE:
        apart = "whose accents are coded in another way; " if _looks_alike(fact) else ""
        message = f"{path} is not there; {actual} is ({apart}the course's machine tells them apart)"
        return "figure-case", message, f"write {actual}", Status.BAD_FIGURE
    if fact.state is FigureState.OUTSIDE_FOLDER:
        message = f"{path} lies outside the {folder} folder"
        return "figure-outside-folder", message, f"move it into {folder}/ and write its new path", Status.BAD_FIGURE
    if fact.state is FigureState.OUTSIDE_REPORT:
        message = f"{path} lies outside the report's folder"
        return "figure-outside-report", message, f"copy it into {folder}/ and write its new path", Status.BAD_FIGURE
    if fact.state is FigureState.NOT_A_FILE:
        return "figure-missing", f"{path} is not a file", "name the figure's file", Status.MISSING_FIGURE
    if fact.state is FigureState.UNREADABLE:
        message = f"{path} cannot be read: it could not be told whether it is a figure"
        return "figure-unreadable", message, "allow reading it", Status.BAD_FIGURE
    return None


def _looks_alike(fact: FigureFact) -> bool:
    """Whether the true path differs in nothing that can be seen: an accent may be a character of its own."""
    if fact.target.isascii():
        return False
    from unicodedata import normalize  # here: hardly any name needs it

    return normalize("NFC", fact.target) == normalize("NFC", fact.actual or "")


# The file itself

MOST_BYTES = 1_000_000
"""A larger figure is told. A sharp picture of a whole screen needs a third of it, and a repository never forgets."""
MOST_PIXELS = 100_000_000
"""More are told: programs refuse them, to be safe from pictures that were made to fill the memory."""

_KINDS = {"jpg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "tif": "tiff", "heif": "heic"}
_KNOWN_KINDS = frozenset(("png", "jpeg", "gif", "webp", "bmp", "tiff", "svg", "pdf", "heic"))
# What a browser shows under any picture's name, since it looks at the content.
_SHOWN_ANYHOW = frozenset(("png", "jpeg", "gif", "webp", "bmp"))


def _kind_of(extension: str) -> str:
    return _KINDS.get(extension, extension)


def _kind(subject: Subject, image: ImageRef, fact: FigureFact) -> Iterable[Finding]:
    """A name of a kind that the course does not take, or one that says another kind than the content."""
    figures, path = subject.figures, shown(image.target)
    inside = fact.file.kind if fact.file is not None else ""
    save = f"save it as {figures.extensions[0].upper()}"
    taken = [extension for extension in figures.extensions if inside and _kind_of(extension) == inside]
    if not is_kind(figures, image.target):
        kinds = ", ".join(figures.extensions)
        message = f"{path} is no figure of a kind that the course takes ({kinds})"
        way_out = (
            f"it is a {_called(inside)} inside: end its name in .{taken[0]}" if taken else "save it as one of these"
        )
        yield subject.error("figure-kind", message, way_out, Status.BAD_FIGURE, image.row)
        return
    file = fact.file
    if file is None or _damage(file):
        return
    says = _kind_of(extension_of(image.target))
    if says not in _KNOWN_KINDS or inside == says:
        return
    if inside in _SHOWN_ANYHOW:
        message = f"{path} is a {_called(inside)} inside: browsers show it, other programs may not"
        way_out = f"end its name in .{taken[0]}, or {save}" if taken else save
        yield subject.warning("figure-content", message, way_out, image.row)
    else:
        holds = f"is a {_called(inside)} inside" if inside else "holds no picture of a known kind"
        message = f"{path} {holds}: no page shows it"
        way_out = f"open it in a picture program and {save}"
        yield subject.error("figure-content", message, way_out, Status.BAD_FIGURE, image.row)


def _called(kind: str) -> str:
    return "WebP" if kind == "webp" else kind.upper()


def _damage(file: FigureFile) -> str:
    return file.damage or ("is empty" if file.size == 0 else "")


def _file(subject: Subject, image: ImageRef, state: FigureState, file: FigureFile) -> Iterable[Finding]:
    """What is wrong with the file that stands there. What only matters once it lies where it should waits for that."""
    path, row = shown(image.target), image.row
    damage = _damage(file)
    if damage:
        yield subject.error("figure-damaged", f"{path} {damage}", _mended(file), Status.BAD_FIGURE, row)
        return
    is_link = image.form is ImageForm.LINK
    if not is_link and _is_sample(subject.figures, file):
        message = f"{path} is the template's own picture, not yours"
        yield subject.error("figure-sample", message, "put your own figure in its place", Status.BAD_FIGURE, row)
        return
    if state is not FigureState.FOUND:
        return
    if not file.is_verified:
        message = f"{path} was not read through, being so large: it could not be told whether it is whole"
        yield subject.warning("figure-unchecked", message, _SMALLER, row)
    if file.tracked is False:
        message = f"{path} is not in git: the course reads what is pushed"
        way_out = "git add it, commit and push"
        yield subject.warning("figure-untracked", message, way_out, row)
    if not is_link:
        yield from _shown_file(subject, image, file)


def _shown_file(subject: Subject, image: ImageRef, file: FigureFile) -> Iterable[Finding]:
    """What may be wrong with a file that a page shows, and with its name."""
    path, row = shown(image.target), image.row
    if _is_called_as_sample(subject.figures, file):
        message = f"{path} has the name of the template's own picture"
        yield subject.note("figure-sample", message, "make sure that it is yours", row)
    sizes = []
    if file.pixels is not None and _is_huge(file):
        sizes.append("{} x {} pixels".format(*file.pixels))
    if file.size > MOST_BYTES:
        sizes.append(f"{file.size / 1_000_000:.1f} MB")
    if sizes:
        limit = f"{MOST_PIXELS // 1_000_000} million pixels" if _is_huge(file) else f"{MOST_BYTES // 1_000_000} MB"
        yield subject.warning("figure-large", f"{path} has {' and '.join(sizes)}: over {limit}", _SMALLER, row)
    if image.renders and " " in file.path:
        message = f"{path}: its name holds a blank; both pages show it, but other programs trip over it"
        yield subject.note("figure-name", message, "rename it, with - for each blank", row)


def _mended(file: FigureFile) -> str:
    """The way out of damage."""
    if "Git LFS" in file.damage:
        return "fetch the picture with 'git lfs pull', or add it to git as a plain file"
    if "as if it were text" in file.damage:
        return "copy it here again; if git did it, write '*.png binary' into .gitattributes first"
    if _is_huge(file) or "larger than" in file.damage:
        return _SMALLER
    return "open it in a picture program and save it again, or make it anew"


_SMALLER = "save a smaller copy: 2,000 pixels on the longest side are plenty"


def _is_huge(file: FigureFile) -> bool:
    return file.pixels is not None and file.pixels[0] * file.pixels[1] > MOST_PIXELS


def _is_sample(figures: FigureRules, file: FigureFile) -> bool:
    return bool(file.sha256) and any(digest == file.sha256 for _, digest in figures.samples)


def _is_called_as_sample(figures: FigureRules, file: FigureFile) -> bool:
    """Whether a file may be the template's, since it is called so and its content tells nothing."""
    for name, digest in figures.samples:
        if file.path == f"{figures.folder}/{name}":
            return not (digest and file.sha256)
    return False


# Its description

# What programs and templates put there, by words in lower case; a number or a time behind it says no more.
_IDLE = re.compile(
    r"(?:(?:an?|the|this|my|our|your|new) )?(?:image|img|picture|pic|figure|fig|photo|screen ?shot|screen ?dump|file)?"
    r"|here|alt|alt ?text|description|caption|untitled|title|name|what it shows|(?:a few )?words about the figure"
)
_LONGEST_IDLE = 120
_NUMBERS = re.compile(r"(?:[\W\d_]|\bat\b|\bfrom\b|\bcopy\b)+$")
_EXTENSION = re.compile(r"\.(?:png|jpe?g|gif|webp|bmp|tiff?|svg|heic)$")
_NO_WORD = re.compile(r"[\W_]+")
# A name of one plain word says as much as a description of one word; these are names only.
_IS_NAME = re.compile(r"[-_.\d]|[^\W\d_][A-Z]")


def _description(subject: Subject, image: ImageRef) -> Iterable[Finding]:
    if is_undescribed(image):
        said = shown(image.description, 40)
        message = f"'{said}' does not say what the figure shows" if said else "a figure without a description"
        way_out = "say in the square brackets what it shows"
        yield subject.warning("figure-description", message, way_out, image.row)


def is_undescribed(image: ImageRef) -> bool:
    """Whether a figure is shown with a description that says nothing.

    Such is what templates and programs put there, and the bare name of the file.
    """
    if image.in_code or image.hidden or image.unread or image.form not in (ImageForm.IMAGE, ImageForm.REFERENCE):
        return False
    said = image.description.strip()
    if len(said) > _LONGEST_IDLE:
        return False
    name = image.target.replace("\\", "/").rpartition("/")[2]
    if said and said in (name, name.rpartition(".")[0], image.target) and _IS_NAME.search(said):
        return True
    words = _NO_WORD.sub(" ", _NUMBERS.sub("", _EXTENSION.sub("", said.casefold()))).strip()
    return _IDLE.fullmatch(words) is not None
