"""Where it happened: place names in a text, weighed by tier and context (DOMAIN §5.5).

Everything about a county comes from its profile. A name that is an ordinary word, or that other counties have too,
counts only in the county's context; a name right after somebody else's is somebody else's. Left to others: masking
(done before) and what a place means for an alert.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from minyin.county import County
from minyin.model import Document, PlaceMatch, Span
from nlp.gazetteer import Find, Gazetteer, sentences
from nlp.normal import squeeze
from nlp.words import ordinary, splits_word

WEIGHT = {"A": 1.0, "B": 0.8, "C": 0.7, "D": 0.6, "F": 0.2, "G": 0.1}
LOCAL, NAMED, NEIGHBOUR, ELSEWHERE = 0.5, 0.4, 0.2, -0.6
ALONE = -0.2
"""A village name with nothing of the county around it: there are many villages of any name."""
ACCEPTED = 0.5
"""Below it a place goes to people (无法定位), DOMAIN §5.5 step 5."""
INHERITED = 0.8
TITLE_WEIGHT, LEAD_WEIGHT, LEAD = 2.0, 1.5, 60

# a core that is also a word is a town only when what follows says so
TOWN_AFTER = re.compile(
    r"镇|街道|街上|街里|集上|逢集|派出所|卫生院|医院|中学|小学|初中|中心|敬老院|政府|办事处|那边|这边|这里|附近|本地|老街|人(?!家)"
)
HISTORY = re.compile(
    r"战役|战斗|淮海|兵团|国民党|解放军|史料|史书|古国|王朝|国王|三国|曹操|刘备|关羽|吕布|史载|年间|考古|小说|游戏|世纪|19[0-4]\d年|一九四"
)
TOWN_BEFORE = re.compile(r"(?:俺们?|我们|咱们?|家住|家在|住在|地处|来自)$")
RIVER_BEFORE = re.compile(r"[大古京杭中下老新故](?:大)?$")
OTHER_TOWN = re.compile(r"[\u4e00-\u9fff]{1,3}[镇乡](?:的)?$")
OUR_TOWN = re.compile(r"(?:[我俺咱本该全各同这那们个]|们的)[镇乡](?:的)?$")
OTHER_UNIT_AFTER = re.compile(r"[市县区](?![里上内委级])")
OLD_TOWN = ("下", "古")
"""下邳, 古邳: old names that end where ours begin."""
LANDSCAPE = frozenset("东西南北前后上下中大小桥河石红白黑圈沿顺路街口新老山水")
"""A bare village name of these alone is as often a bridge's south end (桥南) or a riverside (沿河)."""
HOME_TIES = re.compile(r"姥姥|姥爷|娘家|老家|奶奶家|丈母娘|婆家")
SIDE = frozenset("东西南北前后大小上下")
NO_PLACE_AFTER = re.compile(
    r"[中东西南北]?[路街巷]|大道|大街|大桥|大厦|大学|时间|[板拉面]面|火锅|烤鸭|小吃|菜|话|人|户口|口音|的?亲戚|牌照|车牌|高铁|高速"
)
NO_PLACE_BEFORE = re.compile(
    r"(?:从|去|到|往|回|至|跟|和|比|像|学|离|距|转|送|赴|发往|开往|通往|毕业于|销往|卖到|看看|人家|不是|不输|之于)$"
)


class Resolved(NamedTuple):
    """The answer: places accepted (most likely first), candidates left to people, and what they add up to."""

    places: tuple[PlaceMatch, ...] = ()
    candidates: tuple[PlaceMatch, ...] = ()
    street: str | None = None
    village: str | None = None
    place_conf: float = 0.0
    relevant: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    """One find with where it stands: field, offsets in the original field, sentence, words around."""

    find: Find
    field: str
    span: tuple[int, int]
    sentence: int
    before: str
    after: str

    @property
    def tier(self) -> str:
        return self.find.name.tier

    @property
    def codes(self) -> tuple[str, ...]:
        return self.find.name.codes


@dataclass(frozen=True, slots=True)
class _Claim:
    """A hit that may be a place of ours, with its codes narrowed and its tier settled."""

    hit: _Hit
    tier: str
    codes: tuple[str, ...]


class PlaceResolver:
    """Resolves places of one county; build it once, it holds the automaton."""

    def __init__(self, county: County) -> None:
        self.county = county
        self._gazetteer = Gazetteer(county)
        self._shorts: dict[str, dict[str, str]] = defaultdict(dict)
        for village in county.villages:
            self._shorts[village.street][village.short] = village.code

    def resolve(
        self, title: str | None, text: str, *, local_source: bool, parent: Document | None = None
    ) -> Resolved:
        hits = [*self._hits(title or "", "title"), *self._hits(text, "text")]
        historical = bool(HISTORY.search(f"{title or ''} {text}"))
        claims, homonyms = self._claims(hits, local_source, historical=historical)
        scored = _scored(claims, hits, local_source)
        named = any(hit.tier == "Y" for hit in hits)
        own = self._elected(scored)
        if own.street or own.places:
            return own._replace(relevant=True)
        abroad = bool(homonyms) or _subject_elsewhere(hits)
        if parent is not None and not abroad:
            return _inherited(own, parent)
        relevant = named or (local_source and not abroad)
        conf = 0.3 if relevant else 0.0
        home = self._home(hits) if relevant else ()
        return own._replace(places=home, place_conf=conf, relevant=relevant, elsewhere=abroad)

    # --- finding ---------------------------------------------------------------------------------------------

    def _hits(self, raw: str, field: str) -> list[_Hit]:
        text, offsets = squeeze(raw)
        number = sentences(text)
        finds = [self._with_village(find, text) for find in self._gazetteer.find(text)]
        return [
            _Hit(
                find=find,
                field=field,
                span=(offsets[find.start], offsets[find.end - 1] + 1),
                sentence=number[find.start] + (0 if field == "title" else 1_000_000),
                before=text[max(0, find.start - 8) : find.start],
                after=text[find.end : find.end + 8],
            )
            for find in finds
        ]

    def _with_village(self, find: Find, text: str) -> Find:
        """官湖新华村, 戴圩吴闸: a village's bare name right after its own town."""
        if find.name.tier not in "BCF" or len(find.name.codes) != 1:
            return find
        shorts = self._shorts[find.name.codes[0]]
        for length in (5, 4, 3, 2):
            short = text[find.end : find.end + length]
            suffix = text[find.end + length : find.end + length + 2]
            if short in shorts and (not ordinary(short) or suffix[:1] == "村" or suffix == "社区"):
                name = find.name._replace(tier="A", codes=(shorts[short],))
                return Find(find.start, find.end + len(short), name, find.text + short)
        return find

    # --- judging ---------------------------------------------------------------------------------------------

    def _claims(
        self, hits: list[_Hit], local: bool, *, historical: bool
    ) -> tuple[list[_Claim], list[_Hit]]:
        """Hits that may be ours, and those shown by what stands before them to be a namesake."""
        claims, homonyms = [], []
        previous: _Hit | None = None
        named = any(hit.tier == "Y" for hit in hits)
        for hit in hits:
            told = hit.tier in "CF" and historical
            if hit.tier not in "XY":
                after_home = (
                    previous is not None and previous.tier == "Y" and _adjacent(previous, hit)
                )
                if previous is not None and previous.tier == "X" and _adjacent(previous, hit):
                    homonyms.append(hit)
                elif HOME_TIES.match(hit.after) or (told and not (local or named)):
                    pass
                elif _foreign_town(hit) or (hit.tier in "CF" and OTHER_UNIT_AFTER.match(hit.after)):
                    homonyms.append(hit)
                elif after_home or self._plausible(hit, local or named):
                    claims.append(_Claim(hit, "A" if after_home else hit.tier, hit.codes))
            previous = hit
        return self._narrowed(claims), homonyms

    def _plausible(self, hit: _Hit, in_context: bool) -> bool:
        if hit.tier == "D":
            return not (hit.before[-1:] in SIDE and hit.before[-2:-1] not in "村镇")
        if hit.tier == "G":
            return in_context and not set(hit.find.text) <= LANDSCAPE and _whole_word(hit)
        if hit.tier != "F":
            return hit.before[-1:] not in OLD_TOWN
        if not in_context or RIVER_BEFORE.search(hit.before):
            return False
        if hit.before[-1:] == "、" or hit.after[:1] == "、":
            return True
        if TOWN_AFTER.match(hit.after) or TOWN_BEFORE.search(hit.before):
            return True
        return not ordinary(hit.find.text) and _whole_word(hit)

    def _narrowed(self, claims: list[_Claim]) -> list[_Claim]:
        """A village name that several towns have is settled by a town in its sentence, else by the only town named."""
        towns: dict[int, set[str]] = defaultdict(set)
        for claim in claims:
            if claim.tier not in "DG" and len(claim.codes) == 1:
                towns[claim.hit.sentence].add(claim.codes[0][:9])
        everywhere = set().union(*towns.values()) if towns else set()
        settled = []
        for claim in claims:
            codes = claim.codes
            if len(codes) > 1:
                near = [code for code in codes if code[:9] in towns[claim.hit.sentence]]
                far = [code for code in codes if code[:9] in everywhere]
                codes = tuple(near or (far if len(far) == 1 else codes))
            settled.append(_Claim(claim.hit, claim.tier, codes))
        return [claim for claim in settled if not _contradicted(claim, everywhere)]

    # --- electing --------------------------------------------------------------------------------------------

    def _elected(self, scored: list[tuple[_Claim, float]]) -> Resolved:
        votes: dict[str, float] = defaultdict(float)
        best: dict[str, tuple[float, _Hit]] = {}
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

    def _match(self, code: str, score: float, hit: _Hit) -> PlaceMatch:
        span = Span(start=hit.span[0], end=hit.span[1], kind=hit.field)
        name = self.county.place_name(code)
        return PlaceMatch(code=code, name=name, confidence=round(score, 2), span=span)

    def _home(self, hits: list[_Hit]) -> tuple[PlaceMatch, ...]:
        """The county itself, where it is named and nothing closer is."""
        first = next((hit for hit in hits if hit.tier == "Y"), None)
        return (self._match(self.county.profile.code, 0.4, first),) if first else ()


def _whole_word(hit: _Hit) -> bool:
    start = len(hit.before)
    window = hit.before + hit.find.text + hit.after
    return not splits_word(window, start, start + len(hit.find.text))


def _contradicted(claim: _Claim, towns: set[str]) -> bool:
    """A bare village name among towns that are not its own."""
    return claim.tier == "G" and bool(towns) and claim.codes[0][:9] not in towns


def _adjacent(first: _Hit, second: _Hit) -> bool:
    """Nothing but a 的, a dash or a bracket between the two."""
    gap = second.find.start - first.find.end
    loose = second.before[-1:] in "的-·（(，"
    return first.field == second.field and 0 <= gap <= (1 if loose else 0)


def _foreign_town(hit: _Hit) -> bool:
    """古邳镇新河社区: a town that is not ours stands right before the village."""
    if hit.tier != "D":
        return False
    return bool(OTHER_TOWN.search(hit.before)) and not OUR_TOWN.search(hit.before)


def _scored(claims: list[_Claim], hits: list[_Hit], local: bool) -> list[tuple[_Claim, float]]:
    named = any(hit.tier == "Y" for hit in hits)
    strangers = [(hit.field != "title", hit.find.start) for hit in hits if _stranger(hit)]
    settled = {claim.codes for claim in claims if claim.tier in "ABCD"}
    scored = []
    for claim in claims:
        where = (claim.hit.field != "title", claim.hit.find.start)
        score = WEIGHT[claim.tier]
        score += LOCAL if local else 0.0
        score += NAMED if named else 0.0
        neighbour = bool(settled - {claim.codes})
        score += NEIGHBOUR if neighbour else 0.0
        score += ALONE if claim.tier == "D" and not (local or named or neighbour) else 0.0
        score += ELSEWHERE if not named and any(s < where for s in strangers) else 0.0
        scored.append((claim, max(0.0, min(1.0, score))))
    return scored


def _stranger(hit: _Hit) -> bool:
    """A place elsewhere that is really spoken of: no 上海路, no 从南京回来."""
    return (
        hit.tier == "X"
        and not NO_PLACE_AFTER.match(hit.after)
        and not NO_PLACE_BEFORE.search(hit.before)
    )


def _subject_elsewhere(hits: list[_Hit]) -> bool:
    """The text is about somewhere else: its title or its first words name the place, or it comes back to it."""
    strangers = [hit for hit in hits if _stranger(hit)]
    leading = any(hit.field == "title" or hit.find.start <= LEAD // 3 for hit in strangers)
    return leading or len(strangers) > 2


def _position(hit: _Hit) -> float:
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
    )
