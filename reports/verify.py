"""Is this brief what its frozen data say? Every number is computed again; every difference is one line.

Checks, in the order a reader would want to know: the seal of the frozen data, each number of the document, the whole
document, the metrics file, and that HTML, DOCX and PDF carry this document and no other.
"""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from pydantic import ValidationError

from minyin.errors import InputError
from reports.charts import charts
from reports.compose import compose
from reports.document import BriefDocument, Chart, Number
from reports.frozen import Frozen, decode
from reports.metrics import METRICS, Measures
from reports.render_html import render_html

SHOWN = 20  # lines per file; more would say the same


def verify_brief(path: Path) -> list[str]:
    """Differences between a brief and its frozen data, in Chinese; an empty list is a brief that holds.

    `path` is the month's folder or any file in it. Raises InputError where there is no brief.
    """
    folder = path if path.is_dir() else path.parent
    if not (folder / "brief.json").is_file() or not (folder / "frozen.json").is_file():
        raise InputError(f"{folder} 里没有简报（缺 brief.json 或 frozen.json），请给出月份文件夹")
    raw = (folder / "frozen.json").read_bytes()
    try:
        frozen = decode(raw)
        document = BriefDocument.model_validate_json((folder / "brief.json").read_bytes())
    except (ValidationError, ValueError) as error:
        first = str(error).splitlines()[0]
        return [f"简报文件读不出，可能被改动：{first}"]
    found = _seal(raw, document)
    measures = Measures(frozen)
    found += [f"数据不自洽：{fault}" for fault in measures.faults()]
    found += numbers(document, measures)
    found += _text(document, frozen)
    found += _metrics(folder / "metrics.json", measures)
    found += _html(folder / "brief.html", document, measures)
    found += _docx(folder / "brief.docx", document)
    found += _manifest(folder)
    return found


def _seal(raw: bytes, document: BriefDocument) -> list[str]:
    digest = hashlib.sha256(raw).hexdigest()
    if digest == document.digest:
        return []
    return [f"frozen.json 的摘要为 {digest[:16]}…，简报记载为 {document.digest[:16]}…：冻结数据被改动"]


def numbers(document: BriefDocument, measures: Measures) -> list[str]:
    """Each number in a sentence or a cell, computed again from its metric."""
    found = []
    for place, runs in document.places():
        for run in runs:
            if isinstance(run, Number):
                found += [f"{place}：{fault}" for fault in _number(run, measures)]
    return found


def _number(number: Number, measures: Measures) -> list[str]:
    known = METRICS.get(number.metric)
    if known is None:
        return [f"没有名为 {number.metric!r} 的指标"]
    if number.aspect == "change":
        change = measures.change(number.metric, number.key)
        value, text = change.value, change.text
    else:
        source = measures.before if number.aspect == "before" else measures
        value, text = source.value(number.metric, number.key), source.text(number.metric, number.key)
    if (number.value, number.text) == (value, text):
        return []
    return [f"{known.name}写作“{number.text}”，按冻结数据应为“{text}”"]


def _text(document: BriefDocument, frozen: Frozen) -> list[str]:
    """The document that the same frozen data give, compared place by place."""
    again = compose(frozen, document.imprint, document.period)
    if again.but(digest=document.digest) == document:
        return []
    ours, theirs = dict(_plain(document)), dict(_plain(again))
    found = [
        f"{place}：文字与冻结数据生成的不同，为“{ours.get(place, '（缺）')[:60]}”"
        for place in dict.fromkeys([*theirs, *ours])
        if ours.get(place) != theirs.get(place)
    ]
    return found or ["brief.json 的标题、引用或版式与冻结数据生成的不同"]


def _plain(document: BriefDocument) -> list[tuple[str, str]]:
    """Text by place; what links point to counts as text."""
    found = []
    for place, runs in document.places():
        found.append((place, "".join(run.text + getattr(run, "href", "") for run in runs)))
    found += [(f"引用[{c.number}]", f"{c.title}{c.source}{c.href}") for c in document.citations]
    return [*found, ("标题", document.title), ("截止时间", document.cutoff_text)]


def _metrics(path: Path, measures: Measures) -> list[str]:
    try:
        stored: dict[str, Any] = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return ["metrics.json 缺失或读不出"]
    again = json.loads(json.dumps(measures.dump()))
    changed = [name for name in again | stored if again.get(name) != stored.get(name)]
    return [f"metrics.json 中 {name} 与冻结数据不符" for name in sorted(changed)]


def _html(path: Path, document: BriefDocument, measures: Measures) -> list[str]:
    if not path.is_file():
        return ["缺 brief.html"]
    wanted = {b.id for s in document.sections for b in s.blocks if isinstance(b, Chart)}
    again = render_html(document, charts(measures, wanted)).splitlines()
    stored = path.read_text(encoding="utf-8").splitlines()
    changed = [n for n, (a, b) in enumerate(zip(again, stored, strict=False), 1) if a != b]
    if len(again) != len(stored):
        changed.append(min(len(again), len(stored)) + 1)
    return [f"brief.html 第{n}行与简报内容不符" for n in changed[:SHOWN]]


def _docx(path: Path, document: BriefDocument) -> list[str]:
    """Every paragraph and cell of the document stands in the Word file, letter for letter."""
    if not path.is_file():
        return ["缺 brief.docx"]
    word = docx.Document(io.BytesIO(path.read_bytes()))
    texts = {node.text for node in word.element.body.iter(qn("w:p"))}
    texts |= {text.removeprefix("● ") for text in texts}
    return [
        f"brief.docx 中找不到{place}的文字（可能被改动）"
        for place, runs in document.places()
        if (text := "".join(run.text for run in runs)) and text not in texts
    ][:SHOWN]


def _manifest(folder: Path) -> list[str]:
    """Files that no longer are what was written; pictures and the PDF are held by this alone."""
    try:
        manifest: dict[str, str] = json.loads((folder / "manifest.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return ["manifest.json 缺失或读不出"]
    found = []
    for name, digest in manifest.items():
        file = folder / name
        if not file.is_file():
            found.append(f"缺文件 {name}")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            found.append(f"{name} 在生成之后被改动")
    return found
