"""Where it happened: place names in a text, weighed by tier and context (DOMAIN §5.5).

Everything about a county comes from its profile, and what people have taught on top. A name that is an ordinary word,
or that other counties have too, counts only in the county's context; a name after somebody else's is somebody else's,
and so is every further mention of it. Left to others: masking (done before), wording (nlp.place.context) and what a
place means for an alert.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from minyin.county import County
from minyin.model import Document, PlaceMatch, Span
from nlp.normal import squeeze
from nlp.place.context import (
    HISTORY,
    Hit,
    Scene,
    adjacent,
    landform,
    names_home,
    namesakes,
    plausible,
    stranger,
)
from nlp.place.gazetteer import Alias, Find, Gazetteer, stops
from nlp.words import ordinary, word_tags

WEIGHT = {"A": 1.0, "B": 0.8, "C": 0.7, "E": 0.7, "M": 0.5, "D": 0.6, "F": 0.2, "G": 0.1}
LOCAL, NAMED, NEIGHBOUR, ELSEWHERE = 0.5, 0.4, 0.2, -0.6
ALONE = -0.4
"""A name that other counties have too with nothing of the county around it: there are many 新河镇 and 张庄村."""
ACCEPTED = 0.5
"""Below it a place goes to people (无法定位), DOMAIN §5.5 step 5."""
INHERITED = 0.8
TITLE_WEIGHT, LEAD_WEIGHT, LEAD = 2.0, 1.5, 60
LINKS = ("的", "那个", "这个", "那边的", "")
"""What may stand between a town and its village's bare name: 邹庄那个沙埠."""


class Resolved(NamedTuple):
    """The answer: places accepted (most likely first), candidates left to people, and what they add up to."""

    places: tuple[PlaceMatch, ...] = ()
    candidates: tuple[PlaceMatch, ...] = ()
    street: str | None = None
    village: str | None = None
    place_conf: float = 0.0
    relevant: bool = False
    elsewhere: bool = False
    relevance: float = 0.9
    """How sure `relevant` is."""
    strangers: tuple[Span, ...] = ()
    """Places elsewhere that are spoken of, as evidence."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A hit that may be a place of ours, with its codes narrowed and its tier settled."""

    hit: Hit
    tier: str
    codes: tuple[str, ...]


class PlaceResolver:
    """Resolves places of one county; build it once, it holds the automaton."""

    def __init__(self, county: County, taught: Iterable[Alias] = ()) -> None:
        self.county = county
        self._gazetteer = Gazetteer(county, taught)
        self._shorts: dict[str, dict[str, str]] = defaultdict(dict)
        for village in county.villages:
            self._shorts[village.street][village.short] = village.code

    def resolve(
        self, title: str | None, text: str, *, local_source: bool, parent: Document | None = None
    ) -> Resolved:
        hits = [*self._hits(title or "", "title"), *self._hits(text, "text")]
        scene = _scene(hits, f"{title or ''} {text}", local_source)
        claims, homonyms = self._claims(hits, scene)
        own = self._elected(_scored(self._narrowed(claims, parent), hits, scene))
        own = own._replace(strangers=_spans(hit for hit in hits if stranger(hit)))
        if own.street or own.places:
            return own._replace(relevant=True, relevance=own.place_conf)
        abroad = bool(homonyms) or _subject_elsewhere(hits)
        if parent is not None and not abroad:
            return _inherited(own, parent)
        relevant = scene.named or (local_source and not abroad)
        conf = 0.3 if relevant else 0.0
        home = self._home(hits) if relevant else ()
        sure = 0.95 if scene.named or abroad else 0.85
        return own._replace(
            places=home, place_conf=conf, relevant=relevant, elsewhere=abroad, relevance=sure
        )

    # --- finding ---------------------------------------------------------------------------------------------

    def _hits(self, raw: str, field: str) -> list[Hit]:
        text, offsets = squeeze(raw)
        finds: list[Find] = []
        for found in self._gazetteer.find(text):
            find = self._with_village(found, text)
            if not finds or find.start >= finds[-1].end:
                finds.append(find)
        ends = stops(text) if finds else []
        return [
            Hit(
                find=find,
                field=field,
                span=(offsets[find.start], offsets[find.end - 1] + 1),
                sentence=bisect_right(ends, find.start) + (0 if field == "title" else 1_000_000),
                before=text[max(0, find.start - 8) : find.start],
                after=text[find.end : find.end + 8],
            )
            for find in finds
        ]

    def _with_village(self, find: Find, text: str) -> Find:
        """官湖新华村, 戴圩吴闸, 邹庄那个沙埠: a village's bare name after its own town."""
        if find.name.tier not in "BCFM" or len(find.name.codes) != 1:
            return find
        shorts = self._shorts[find.name.codes[0]]
        for link in LINKS:
            start = find.end + len(link)
            if text[find.end : start] != link:
                continue
            for length in (5, 4, 3, 2):
                short = text[start : start + length]
                end = start + len(short)  # at the end of the text there are fewer than `length`
                if short in shorts and _village_follows(short, text[end : end + 4], link):
                    name = find.name._replace(tier="A", codes=(shorts[short],))
                    return Find(find.start, end, name, text[find.start : end])
        return find

    # --- judging ---------------------------------------------------------------------------------------------

    def _claims(self, hits: list[Hit], scene: Scene) -> tuple[list[_Claim], list[Hit]]:
        """Hits that may be ours, and those shown by what stands around them to be a namesake."""
        homonyms = namesakes(hits, scene)
        lost = {hit.find.text for hit in homonyms}
        claims = []
        previous: Hit | None = None
        for hit in hits:
            after_home = previous is not None and previous.tier == "Y" and adjacent(previous, hit)
            previous = hit
            if hit.tier in "XYP" or hit in homonyms:
                continue
            if after_home:
                claims.append(_Claim(hit, "A", hit.codes))
            elif hit.find.text in lost and not hit.ours:
                homonyms.append(hit)
            elif plausible(hit, scene):
                claims.append(_Claim(hit, hit.tier, hit.codes))
        return claims, homonyms

    def _narrowed(self, claims: list[_Claim], parent: Document | None) -> list[_Claim]:
        """A village name that several towns have is settled by a town in its sentence, else by the only town named.

        Where the text names no town, the thread's does.
        """
        towns: dict[int, set[str]] = defaultdict(set)
        for claim in claims:
            if claim.tier not in "DG" and len(claim.codes) == 1:
                towns[claim.hit.sentence].add(claim.codes[0][:9])
        everywhere = set().union(*towns.values()) if towns else set()
        if not everywhere and parent is not None and parent.street:
            everywhere = {parent.street}
        settled = []
        for claim in claims:
            near = [code for code in claim.codes if code[:9] in towns[claim.hit.sentence]]
            far = [code for code in claim.codes if code[:9] in everywhere]
            codes = claim.codes
            if len(codes) > 1:
                codes = tuple(near or (far if len(far) == 1 else codes))
            settled.append(replace(claim, codes=codes))
        return [claim for claim in settled if not _contradicted(claim, everywhere)]

    # --- electing --------------------------------------------------------------------------------------------

    def _elected(self, scored: list[tuple[_Claim, float]]) -> Resolved:
        votes: dict[str, float] = defaultdict(float)
        best: dict[str, tuple[float, Hit]] = {}
        open_codes: dict[str, PlaceMatch] = {}
        for claim, score in scored:
            if len(claim.codes) > 1 or score < ACCEPTED:
                for code in claim.codes:
                    open_codes.setdefault(code, self._match(code, min(score, 0.49), claim.hit))
                continue
            code = claim.codes[0]
            votes[code] += score * _position(claim.hit)
            if code not in best or score > best[code][0]:
                best[code] = (score, claim.hit)
        for village in [code for code in votes if len(code) > 9]:
            votes[village] += votes.pop(village[:9], 0.0)
        ranked = sorted(votes, key=lambda code: (-votes[code], code))
        places = tuple(self._match(code, *best[code]) for code in ranked)
        candidates = tuple(match for code, match in open_codes.items() if code not in votes)
        if not places:
            return Resolved(candidates=candidates)
        top = ranked[0]
        return Resolved(
            places=places,
            candidates=candidates,
            street=top[:9],
            village=top if len(top) > 9 else None,
            place_conf=places[0].confidence,
        )

    def _match(self, code: str, score: float, hit: Hit) -> PlaceMatch:
        span = Span(start=hit.span[0], end=hit.span[1], kind=hit.field)
        name = self.county.place_name(code)
        return PlaceMatch(code=code, name=name, confidence=round(score, 2), span=span)

    def _home(self, hits: list[Hit]) -> tuple[PlaceMatch, ...]:
        """The county itself, where it is named and nothing closer is."""
        first = next((hit for hit in hits if hit.tier == "Y"), None)
        return (self._match(self.county.profile.code, 0.4, first),) if first else ()


def _village_follows(short: str, after: str, link: str) -> bool:
    """After 官湖 a 新华 needs its 村, a 授贤 does not; across a 的 only what can be nothing but a village."""
    if after.startswith(("村", "社区", "居委")):
        return True
    if landform(short, after):
        return False
    return not (word_tags(short) if link == "的" else ordinary(short))


def _scene(hits: list[Hit], whole: str, local: bool) -> Scene:
    towns = (hit.codes[0][:9] for hit in hits if hit.tier in "ABC" and len(hit.codes) == 1)
    return Scene(
        local=local,
        named=any(names_home(hit) for hit in hits),
        historical=any(hit.tier in "CF" for hit in hits) and bool(HISTORY.search(whole)),
        towns=frozenset(towns),
    )


def _contradicted(claim: _Claim, towns: set[str]) -> bool:
    """A bare village name among towns that are not its own."""
    return claim.tier == "G" and bool(towns) and claim.codes[0][:9] not in towns


def _scored(claims: list[_Claim], hits: list[Hit], scene: Scene) -> list[tuple[_Claim, float]]:
    first = min((hit.place for hit in hits if stranger(hit)), default=None)
    settled = {claim.codes for claim in claims if claim.tier in "ABCDE"}
    scored = []
    for claim in claims:
        shared = claim.hit.find.name.shared and claim.tier != "A"
        neighbour = bool(settled - {claim.codes})
        abroad = first is not None and first < claim.hit.place and not claim.hit.ours
        score = WEIGHT[claim.tier]
        score += LOCAL if scene.local else 0.0
        score += NAMED if scene.named else 0.0
        score += NEIGHBOUR if neighbour else 0.0
        score += ALONE if shared and not (scene.home or neighbour) else 0.0
        score += ELSEWHERE if shared and abroad and not scene.named else 0.0
        scored.append((claim, max(0.0, min(1.0, score))))
    return scored


def _subject_elsewhere(hits: list[Hit]) -> bool:
    """The text is about somewhere else: its title or its first words name the place, or it comes back to it."""
    strangers = [hit for hit in hits if stranger(hit)]
    leading = any(hit.field == "title" or hit.find.start <= LEAD // 3 for hit in strangers)
    return leading or len(strangers) > 2


def _spans(hits: Iterable[Hit]) -> tuple[Span, ...]:
    return tuple(
        Span(start=hit.span[0], end=hit.span[1], kind=hit.field, text=hit.find.text) for hit in hits
    )


def _position(hit: Hit) -> float:
    if hit.field == "title":
        return TITLE_WEIGHT
    return LEAD_WEIGHT if hit.span[0] < LEAD else 1.0


def _inherited(own: Resolved, parent: Document) -> Resolved:
    """A reply that names no place is about its thread's place, with less confidence."""
    conf = round(parent.place_conf * INHERITED, 2)
    names = parent.place_names or parent.places
    places = tuple(
        PlaceMatch(code=code, name=name, confidence=conf)
        for code, name in zip(parent.places, names, strict=False)
    )
    return own._replace(
        places=places,
        street=parent.street,
        village=parent.village,
        place_conf=conf,
        relevant=parent.relevant,
        relevance=max(conf, 0.5),
    )
