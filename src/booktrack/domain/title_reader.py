"""From brackets, mark and tail of one title to what it says: the order of trust."""

from __future__ import annotations

import re
from dataclasses import replace

from booktrack.domain.numerals import read_numeral
from booktrack.domain.positions import NUMBERS, Position, position_of, read_numbers
from booktrack.domain.series_names import (
    clean_name,
    known_names,
    prefix_pattern,
    series_key,
    trim_name,
)
from booktrack.domain.title_brackets import Bracket, peel, read_bracket
from booktrack.domain.title_markers import (
    ALWAYS_BESIDE,
    ARC,
    BESIDE,
    BRACKET_NUMBER,
    CJK_TOTAL,
    COLLECTIVE_NAME,
    COLON_NUMBER,
    FOLLOWED,
    IN_ONE,
    INCLUDES,
    ROMAN_PART,
    SERIAL,
    TRAILING,
    kinds_in,
)
from booktrack.domain.title_marks import Mark, find_mark
from booktrack.domain.title_models import (
    Candidate,
    Confidence,
    ParsedTitle,
    SeriesPart,
    Slot,
    Unit,
)

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SUBTITLE_ENDS = " ,:;-–—./()・：·"
_BUNDLES = frozenset({"omnibus", "deluxe", "collectors_edition", "box_set", "complete"})
_COUNTS = {"two": 2, "three": 3}
# "A Flesh and Fire Novel (3)" names the series in the subtitle.
_A_NOVEL = re.compile(r":\s(?:An?|The)\s(?P<name>.+?)\s(?:Novel|Mystery|Book|Thriller|Romance)$")
_AFTER_NAME = re.compile(
    rf"[\s:,.#~-]*(?P<number>{NUMBERS}|(?<=\s)[IVX]{{1,5}}|[Ⅰ-Ⅻ①-⑳])(?=$|\s?[:,.(~-])"
)
# What the volumes of a bundle are counted in is the series, not the bundle.
_BOX = re.compile(
    r"[,:]?(?:\s(?:the|complete|series|manga|collection)){0,4}"
    r"\s(?:box(?:ed)?\s?set|boxset|omnibus|deluxe(?:\sedition)?)(?:\s[0-9IVX]+)?(?:\s?:.*)?$"
    r"|[,:]?\s(?:the\s)?complete\s(?:series|manga|collection)$",
    re.IGNORECASE,
)
_COMPLETE = re.compile(r"^(?:the\s)?complete\s(?=\S)", re.IGNORECASE)
# "Zeta Art Book Vol. 5" is the fifth of its art books, which stand beside the volumes of Zeta.
_EXTRA = re.compile(
    r"[,:]?\s(?:the\s)?(?:(?:official\s)?(?:art|guide|fan|data|character)\s?book"
    r"|(?:official|character)\sguide)$",
    re.IGNORECASE,
)
_TOTAL_BEFORE = re.compile(rf"\s?{CJK_TOTAL.pattern}(?:中|の|のうち)?\s?$")
_NO_NAME = frozenset({"", "a", "the", "official"})
_RUN = re.compile(r"\s\((?:19|20)[0-9]{2}(?:\s?[-–]\s?(?:[0-9]{4})?)?\)$|\s(?:19|20)[0-9]{2}$")
_LEADING_BRACKET = re.compile(r"^\s*[(\[][^()\[\]]{1,40}[)\]]")


class Reader:
    """One title on its way to a `ParsedTitle`: brackets first, then the mark, then the rest."""

    def __init__(self, text: str, flat: str, names: tuple[str, ...]) -> None:
        self.text, self.flat = text, flat
        self.keys, self.prefixes = known_names(names) if names else (frozenset[str](), ())
        self.brackets = [read_bracket(flat, text, span) for span in peel(flat)]
        end = self.brackets[-1].start if self.brackets else len(flat)
        self.body = flat[:end].rstrip()
        self.name_end, self.known_name = self._known_prefix()
        includes = INCLUDES.search(self.body)
        self.mark = find_mark(
            self.body[: includes.start()] if includes else self.body, self.name_end
        )
        self.kinds = kinds_in(flat).union(*(bracket.kinds for bracket in self.brackets))
        self.parts = [part for bracket in self.brackets for part in bracket.parts]
        self.named = [bracket.parts[0] for bracket in self.brackets if bracket.role == "name"]
        self.numbers = [bracket for bracket in self.brackets if bracket.role == "number"]

    def read(self) -> ParsedTitle:
        """Return what the title says, from the most trusted place that says it."""
        placed = [part for part in self.parts if part.position or part.label]
        unit = self._other_unit()
        if placed and (not self.mark or not self._mark_wins(placed[0])):
            parsed = self._from_part(placed[0])
        elif self.mark and self.mark.unit == "volume":
            parsed = self._from_mark(self.mark, placed)
        elif unit:
            parsed = self._of_unit(unit)
        elif self.numbers and self.numbers[0].position:
            parsed = self._from_number(self.numbers[0], self.numbers[0].position)
        else:
            parsed = self._from_tail() or self._unplaced()
        return self._finished(parsed)

    # Where the place comes from, in the order of trust.

    def _mark_wins(self, part: SeriesPart) -> bool:
        """True where "Vol. 3" before the bracket counts the series that the bracket names."""
        mark = self.mark
        if mark is None or mark.unit != "volume":
            return False
        place = self._mark_place(mark)
        if part.position and part.position.items == place.items:
            return True
        same = self._is_same(self._stem(mark), part.series)
        return same and not (mark.is_part and part.position and part.position.partial)

    def _from_mark(self, mark: Mark, placed: list[SeriesPart]) -> ParsedTitle:
        own = self._mark_place(mark)
        place, series = self._bundle(own, placed), self._mark_series(mark)
        if extra := self._extra(mark, placed):
            return self._beside(*extra, mark)
        box = "box_set" in self.kinds and (mark.line_end or mark.is_part)
        if box and place is own and len(own.items) == 1:
            return self._box(mark)
        if place is not own or len(place.items) > 1:
            series = _unboxed(series)
        if placed and "..." not in placed[0].series and not self._is_same(series, placed[0].series):
            series = placed[0].series
        return self._placed(
            place,
            series,
            "explicit",
            f"marked {mark.word.strip()!r}",
            title=self._mark_title(mark),
            subtitle=None if mark.of_series else self._subtitle(mark.end),
            label=mark.label,
            total=mark.total,
        )

    def _extra(self, mark: Mark, placed: list[SeriesPart]) -> tuple[str, int] | None:
        """Return the series whose extras the mark counts, and where the name ends."""
        name, end = self.known_name, self.name_end
        if name is None and placed:
            name = placed[0].series
            found = prefix_pattern(name).match(self.body)
            end = found.end() if found else mark.start
        # In "Data Book 3" the mark's own word belongs to the extra.
        stem = self.text[: mark.start + 4 * mark.word.lower().startswith("book")]
        stem = stem.rstrip(" ,:-–—(")
        if name is None:
            extra = _EXTRA.search(stem)
            about = clean_name(stem[: extra.start()])[0] if extra else ""
            return (about, extra.start()) if extra and series_key(about) not in _NO_NAME else None
        between = kinds_in(stem[end:]) & BESIDE.keys()
        # A box of several volumes fills their places.
        return (name, end) if between - ({"box_set"} if len(mark.numbers) > 1 else set()) else None

    def _beside(self, series: str, end: int, mark: Mark) -> ParsedTitle:
        label = self.text[end : mark.end].strip(_SUBTITLE_ENDS)
        reason = f"{label!r} counts what stands beside the volumes"
        return ParsedTitle(title=self._title(), series=series, label=label, reasons=(reason,))

    def _box(self, mark: Mark) -> ParsedTitle:
        series = clean_name(self.text[: mark.start])[0] or None
        reason = "a box has a number of its own"
        label = mark.word.strip()
        return ParsedTitle(title=self._title(), series=series, label=label, reasons=(reason,))

    def _from_part(self, part: SeriesPart) -> ParsedTitle:
        title, subtitle = self._title(), self._subtitle(self.mark.end) if self.mark else None
        place = part.position
        if place is None:
            reason = "a label in brackets"
            return ParsedTitle(
                title,
                subtitle,
                part.series,
                label=part.label,
                reasons=(reason,),
                confidence="parenthesis",
            )
        if self.mark and self.mark.is_part and self.mark.numbers != place.items:
            place = position_of(list(place.items), self.mark.word, partial=True)
        return self._placed(
            self._counted(place),
            part.series,
            "parenthesis",
            "in brackets",
            title=title,
            subtitle=subtitle,
            label=part.label or place.label,
            total=part.total,
        )

    def _from_number(self, bracket: Bracket, place: Position) -> ParsedTitle:
        novel = _A_NOVEL.search(self.body)
        series = novel["name"] if novel else clean_name(self.text[: len(self.body)])[0]
        if self.named and not bracket.marked:
            series = self.named[0].series
        if len(place.items) > 1:
            series = _unboxed(series)
        kept = (*(other.start for other in self.numbers[1:]), bracket.start)
        return self._placed(
            self._counted(place),
            self.known_name or series,
            "explicit" if bracket.marked else "parenthesis",
            "number in brackets",
            title=self._title(keep=kept),
            label=place.label,
            total=bracket.total,
        )

    def _from_tail(self) -> ParsedTitle | None:
        """Read a number that no word marks: only Japanese shops and siblings make it a place."""
        inside = BRACKET_NUMBER.search(self.body) or ROMAN_PART.search(self.body)
        if inside and _CJK.search(self.flat):
            return self._bare(inside, inside.end(), "parenthesis", "number before the subtitle")
        colon = COLON_NUMBER.search(self.body[-24:])
        offset = len(self.body) - min(24, len(self.body))
        if colon and _CJK.search(self.body):
            return self._bare(colon, None, "trailing", "number after a colon", offset)
        if self.known_name:
            after = _AFTER_NAME.match(self.body, self.name_end)
            if after:
                return self._bare(after, after.end(), "trailing", "number after a known name")
        return self._trailing()

    def _trailing(self) -> ParsedTitle | None:
        cut = max(0, len(self.body) - 64)
        match = TRAILING.search(self.body[cut:])
        found = match if match and self.body[: cut + match.start()].strip() else None
        offset = cut if found else 0
        found = found or (FOLLOWED.match(self.body) if len(self.body) < 400 else None)
        named = _numbers_of(found["number"]) if found else None
        if found is None or not named:
            return None
        stem_end = offset + found.start() if found.re is TRAILING else found.end("stem")
        stem = clean_name(self.text[:stem_end])[0]
        place = self._counted(position_of(named))
        if self._is_known(stem, place) or self._is_shop_number(found, stem_end):
            return self._bare(found, None, "trailing", "number after the name", offset, stem_end)
        return self._unplaced(Candidate(place, stem))

    def _is_known(self, stem: str, place: Position) -> bool:
        head = stem.partition(": ")[0]
        # "One Piece: East Blue 1-2-3": a run of volumes may follow the name of a story arc.
        arc = len(place.covers) > 1 and series_key(head) in self.keys
        return series_key(stem) in self.keys or arc

    def _is_shop_number(self, match: re.Match[str], stem_end: int) -> bool:
        """True for "ダンダダン 23 (ジャンプコミックス)": the imprint tells that it is a volume."""
        imprint = any(bracket.role == "imprint" for bracket in self.brackets)
        number = match["number"]
        before = self.body[stem_end - 1]
        spaced = match.re is TRAILING and (match["joint"][-1:] == " " or before in "!?")
        short = len(number) <= 3 and not number.startswith("00")
        return imprint and spaced and short and bool(_CJK.search(self.body[:stem_end]))

    def _bare(
        self,
        match: re.Match[str],
        after: int | None,
        confidence: Confidence,
        reason: str,
        offset: int = 0,
        stem_end: int | None = None,
    ) -> ParsedTitle:
        named = _numbers_of(match["number"]) or ["0"]
        end = offset + match.start() if stem_end is None else stem_end
        series = self.known_name or clean_name(self.text[:end])[0]
        return self._placed(
            self._counted(position_of(named)),
            series,
            confidence,
            reason,
            title=self._title(),
            subtitle=self._subtitle(after) if after else None,
        )

    def _unplaced(self, candidate: Candidate | None = None) -> ParsedTitle:
        series = self.parts[0].series if self.parts else None
        label = next((b for b in self.brackets if b.role == "label"), None)
        shown = self.text[label.start + 1 : label.end - 1] if label else None
        if self.known_name and not series and self.kinds & BESIDE.keys():
            # "Naruto: The Official Fanbook" belongs to Naruto, beside its volumes.
            series = self.known_name
            shown = shown or self._subtitle(self.name_end)
        return ParsedTitle(self._title(), series=series, label=shown, candidate=candidate)

    def _other_unit(self) -> Mark | None:
        return self.mark if self.mark and self.mark.unit != "volume" else None

    def _of_unit(self, mark: Mark) -> ParsedTitle:
        return ParsedTitle(
            title=self._title(),
            subtitle=self._subtitle(mark.end),
            series=self._stem(mark) or None,
            unit=mark.unit,
            label=mark.word.strip(),
            reasons=(f"a {mark.unit} is no volume",),
        )

    # Pieces.

    def _known_prefix(self) -> tuple[int, str | None]:
        start = self.body.casefold().lstrip("[(【「")[:4]
        for head, name in self.prefixes:
            if start.startswith(head) or head.startswith(start):
                match = prefix_pattern(name).match(self.body)
                if match and match.end() < len(self.body):
                    return match.end(), name
        return 0, None

    def _placed(
        self,
        place: Position,
        series: str | None,
        confidence: Confidence,
        reason: str,
        *,
        title: str,
        subtitle: str | None = None,
        label: str | None = None,
        total: int | None = None,
    ) -> ParsedTitle:
        return ParsedTitle(
            title=title,
            subtitle=subtitle,
            series=series or None,
            start=place.start,
            end=place.end,
            covers=place.covers,
            coverage="part" if place.partial else "whole",
            total=total,
            label=label,
            confidence=confidence,
            conflicts=self._conflicts(place, series),
            reasons=(reason,),
            position=place,
        )

    def _mark_place(self, mark: Mark) -> Position:
        return self._counted(position_of(list(mark.numbers), mark.label))

    def _counted(self, place: Position) -> Position:
        """Return the volumes that a bundle holds: "3-in-1, Vol. 2" is 4 to 6."""
        includes = INCLUDES.search(self.flat)
        held = read_numbers(includes["numbers"]) if includes else None
        if held:
            return position_of(held)
        bundle = IN_ONE.search(self.flat)
        if bundle and len(place.covers) == len(place.items) == 1 and int(place.covers[0]) > 0:
            size = _COUNTS.get(bundle["count"].lower()) or int(bundle["count"])
            last = int(place.covers[0]) * size
            return position_of([str(number) for number in range(last - size + 1, last + 1)])
        return place

    def _bundle(self, place: Position, placed: list[SeriesPart]) -> Position:
        """Return the range in brackets where a bundle's own number stands before it."""
        # A subtitle "Magician's Gambit / Castle of Wizardry" names the books that it holds.
        if len(place.items) > 1 or not (self.kinds & _BUNDLES or " / " in self.body):
            return place
        spans = [bracket.position for bracket in self.numbers] + [part.position for part in placed]
        return next((span for span in spans if span and len(span.covers) > 1), place)

    def _stem(self, mark: Mark) -> str:
        stem = self.text[: mark.line_end or mark.start]
        return clean_name(_TOTAL_BEFORE.sub("", stem))[0]

    def _mark_series(self, mark: Mark) -> str | None:
        if mark.of_series:
            return clean_name(self.text[slice(*mark.of_series)])[0]
        stem = trim_name(self.text[: mark.start])
        head, name = _series_after_colon(stem)
        return clean_name(name)[0] if head else self._stem(mark) or None

    def _is_same(self, name: str | None, other: str) -> bool:
        if not name or "..." in other:
            return True
        return series_key(name) == series_key(other)

    def _conflicts(self, place: Position, series: str | None) -> tuple[str, ...]:
        """Return the other numbers that the title gives for this series."""
        said = [bracket.position for bracket in self.numbers]
        said += [part.position for part in self.parts if self._is_same(series, part.series)]
        texts = [other.text for other in said if other and other.items != place.items]
        return tuple(dict.fromkeys(texts))

    def _others(self, parsed: ParsedTitle) -> tuple[SeriesPart, ...]:
        series = parsed.series
        mine = series_key(series) if series else None
        found: dict[str, SeriesPart] = {}
        for part in self.parts:
            key = series_key(part.series)
            if key != mine and "..." not in part.series:
                found.setdefault(key, part)
        mark = self.mark
        counts = mark and mark.unit == "volume" and not mark.is_part and not self._labels(parsed)
        if mark and counts and self._stem(mark) and not self.kinds & _BUNDLES:
            stem = self._mark_series(mark) or ""
            one = self._is_same(stem, series or "") or _is_run_or_part(series or "", stem)
            if mine and not one:
                found.setdefault(series_key(stem), SeriesPart(stem, self._mark_place(mark)))
        return tuple(found.values())

    def _labels(self, parsed: ParsedTitle) -> bool:
        """True where the mark ends a label: "Art Book Vol. 5" is an extra and no series."""
        return bool(self.mark and parsed.label and parsed.label.endswith(self.mark.word))

    def _mark_title(self, mark: Mark) -> str:
        stem = trim_name(self.text[: mark.start])
        if mark.of_series and stem:
            return stem
        head = _series_after_colon(stem)[0]
        ends = not self.body[mark.end :].strip(_SUBTITLE_ENDS)
        return head if head and ends else self._title()

    def _title(self, keep: tuple[int, ...] = ()) -> str:
        title = self.text[: len(self.body)].rstrip(" ,-–—")
        for bracket in reversed(self.brackets):
            if bracket.role in ("other", "label") or bracket.start in keep:
                blank = " " if self.text[bracket.start - 1] == " " else ""
                title += blank + self.text[bracket.start : bracket.end]
        tail = title.rpartition(" - ")
        return tail[0] if tail[0] and tail[2].lower() in ("manga", "light novel") else title

    def _subtitle(self, after: int) -> str | None:
        rest = self.text[after : len(self.body)]
        rest = _LEADING_BRACKET.sub("", rest).strip(_SUBTITLE_ENDS)
        known = rest.lower() in ("manga", "light novel") or INCLUDES.match(rest)
        return rest if rest and not known else None

    def _finished(self, parsed: ParsedTitle) -> ParsedTitle:
        total = parsed.total or next((b.total for b in self.brackets if b.total), None)
        if total is None and (found := CJK_TOTAL.search(self.flat)):
            total = int(read_numeral(found[1]) or 0) or None
        unit = next((b.unit for b in self.brackets if b.unit != "volume"), parsed.unit)
        if SERIAL.search(self.flat):
            unit = "chapter"
        if unit != parsed.unit:
            parsed = _as_unit(parsed, unit)
        return replace(
            parsed,
            total=total,
            kind_words=self.kinds,
            slot=_slot(parsed, self.kinds),
            others=self._others(parsed),
        )


def _series_after_colon(stem: str) -> tuple[str, str]:
    """Return work and series of "King of the Vagabonds: The Baroque Cycle", else two blanks."""
    head, _, last = stem.rpartition(": ")
    named = COLLECTIVE_NAME.search(last) and "complete" not in last.lower()
    return (head, last) if head and named else ("", "")


def _unboxed(series: str | None) -> str | None:
    """Return "Harry Potter" of "The Complete Harry Potter Box Set"."""
    bare = _BOX.sub("", series or "")
    return _COMPLETE.sub("", bare) if bare and bare != series else series


def _is_run_or_part(series: str, stem: str) -> bool:
    """True for "X-Men (2019)" and "X-Men", for "Bookworm" and "Bookworm: Part 2".

    The year tells which of several runs it is, and the book counts in the run alone. "Hellblazer
    New Edition" and "Hellblazer" stay two: other volumes are named by the short name only.
    """
    if run := _RUN.search(series):
        return series_key(series[: run.start()]) == series_key(stem)
    part = ARC.search(stem)
    return part is not None and series_key(stem[: part.start() + 1]) == series_key(series)


def _numbers_of(text: str) -> list[str] | None:
    numeral = read_numeral(text)
    return [numeral] if numeral else read_numbers(text)


def _as_unit(parsed: ParsedTitle, unit: Unit) -> ParsedTitle:
    """Return the same without a volume's place: part editions count chapters."""
    label = parsed.label or parsed.start
    place = parsed.candidate.position.text if parsed.candidate else None
    return ParsedTitle(
        title=parsed.title,
        subtitle=parsed.subtitle,
        series=parsed.series or (parsed.candidate.stem if parsed.candidate else None),
        unit=unit,
        label=label or place,
        reasons=(*parsed.reasons, f"a {unit} is no volume"),
    )


def _slot(parsed: ParsedTitle, kinds: frozenset[str]) -> Slot:
    if parsed.start is not None:
        fraction = parsed.start == parsed.end and "." in parsed.start
        return "side" if fraction else "main"
    beside = kinds & (BESIDE.keys() if parsed.series or parsed.label else ALWAYS_BESIDE)
    return BESIDE[min(beside)] if beside else "main"
