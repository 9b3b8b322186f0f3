"""What Kibana is given: objects in the shape of its own exports, fields that exist, questions that it can read."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.commands.kibana import kibana_links, kibana_searches, street_searches
from console.web.saved import saved_searches
from index.ast import And, Exists, Node, Not, Phrase, Prefix, Range, Term, children
from index.elastic_schema import properties
from index.kibana import CORE, VERSIONS, ndjson, saved_objects
from index.kibana_kql import kibana_kql
from index.mapping import TEXTS
from index.match import is_text
from index.port import SearchRequest
from index.query import parse
from index.standing import Standing
from minyin.clock import fixed_clock
from minyin.county import load_county
from tests.support.elastic_bench import NAMES, Bench
from tests.support.index_documents import NOW, cut, documents
from tests.support.kibana_shapes import SHAPES, Reference

# DOMAIN §7.6, one by one, as they are called here
USUAL = (
    "今日涉邳负面", "未研判", "无法定位待人工", "我的镇街24h", "上升最快事件", "媒体报道（T1–T4）", "12345相关抱怨",
    "重复诉求", "已关联超期工单的事件", "办结后又反弹", "误报复核", "采集异常来源",
)  # fmt: skip
QUESTIONS = Path(__file__).parents[1] / "contract" / "questions.txt"


@pytest.fixture(scope="module")
def objects():
    return exported("minyin-articles")


def exported(index):
    searches = [*kibana_searches(NAMES), *street_searches(load_county("pizhou"))]
    return saved_objects(index, NAMES, searches, kibana_links("http://minyin.example"))


def inner(attributes):
    """Every JSON text inside the attributes, read."""
    return {
        name: json.loads(value)
        for name, value in {**attributes, **attributes.get("kibanaSavedObjectMeta", {})}.items()
        if name.endswith(("JSON", "Map", "Attrs", "visState", "Filters", "Meta"))
        and isinstance(value, str)
    }


def queries(objects):
    """Every KQL string in the export."""
    for one in objects:
        attributes = one["attributes"]
        for value in inner(attributes).values():
            if isinstance(value, dict) and "query" in value:
                yield value["query"]
        if one["type"] == "lens":
            yield attributes["state"]["query"]


def test_objects_have_the_shape_of_kibanas_own(objects):
    lines = ndjson(objects).splitlines()
    assert [json.loads(line) for line in lines[:-1]] == objects
    assert json.loads(lines[-1])["exportedCount"] == len(objects)
    keys = {"type", "id", "attributes", "references", "managed", "coreMigrationVersion"}
    for one in objects:
        assert set(one) == keys | {"typeMigrationVersion"}
        assert (one["coreMigrationVersion"], one["typeMigrationVersion"]) == (
            CORE,
            VERSIONS[one["type"]],
        )
        assert one["attributes"]["title"]
        inner(one["attributes"])
    assert len({one["id"] for one in objects}) == len(objects)
    assert {one["type"] for one in objects} == set(VERSIONS)


def test_what_is_referred_to_comes_before_it_and_nothing_else_is_named(objects):
    seen = set()
    for one in objects:
        for reference in one["references"]:
            assert (reference["type"], reference["id"]) in seen
        seen.add((one["type"], one["id"]))
        named = {reference["name"] for reference in one["references"]}
        found = inner(one["attributes"])
        match one["type"]:
            case "search":
                assert named == {found["searchSourceJSON"]["indexRefName"]}
            case "lens":
                layers = one["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
                assert named == {f"indexpattern-datasource-layer-{layer}" for layer in layers}
            case "dashboard":
                panels = found["panelsJSON"]
                assert named == {f"{p['panelIndex']}:{p['panelRefName']}" for p in panels}
                assert len(panels) >= 8


def test_panels_lie_beside_each_other(objects):
    grid = [panel["gridData"] for panel in inner(objects[-1]["attributes"])["panelsJSON"]]
    cells = [
        (x, y)
        for g in grid
        for x in range(g["x"], g["x"] + g["w"])
        for y in range(g["y"], g["y"] + g["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 48


def test_every_field_is_in_the_mapping(objects):
    there = properties()
    for one in objects:
        found, attributes = inner(one["attributes"]), one["attributes"]
        used = [*found.get("fieldAttrs", ()), *found.get("fieldFormatMap", ())]
        used += [attributes["timeFieldName"]] if "timeFieldName" in attributes else []
        if one["type"] == "search":
            used += attributes["columns"] + [pair[0] for pair in attributes["sort"]]
        if one["type"] == "lens":
            (layer,) = attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
            assert set(layer["columnOrder"]) == set(layer["columns"])
            used += [c["sourceField"] for c in layer["columns"].values()]
            for column in layer["columns"].values():
                if column["operationType"] == "terms":
                    assert there[column["sourceField"]].get("doc_values", True), "cannot be counted"
        assert set(used) - {"___records___"} <= set(there)


def test_codes_are_shown_as_words(objects):
    formats = inner(objects[0]["attributes"])["fieldFormatMap"]
    polarity = {e["key"]: e["value"] for e in formats["polarity"]["params"]["lookupEntries"]}
    assert polarity == {"negative": "负面", "neutral": "中性", "positive": "正面"}
    streets = {e["key"]: e["value"] for e in formats["street"]["params"]["lookupEntries"]}
    assert streets["320382001"] == "东湖街道"


def test_every_object_is_what_kibanas_own_schemas_take(objects):
    for one in objects:
        SHAPES[one["type"]].model_validate_json(json.dumps(one["attributes"]))
        for reference in one["references"]:
            Reference.model_validate(reference)


def test_every_usual_search_is_there_or_linked(objects):
    titles = [one["attributes"]["title"] for one in objects if one["type"] == "search"]
    names = {title.split("：")[0] for title in titles}
    assert names == {one.name for one in saved_searches() if not one.page} | {"我的镇街24h"}
    (links,) = [
        inner(one["attributes"])["visState"] for one in objects if one["type"] == "visualization"
    ]
    linked = set(re.findall(r"\[(.+?)\]\(http://minyin.example/", links["params"]["markdown"]))
    assert set(USUAL) <= names | linked


def test_every_street_has_its_own_last_day(objects):
    searches = {o["attributes"]["title"]: o["attributes"] for o in objects if o["type"] == "search"}
    own = {title for title in searches if title.startswith("我的镇街24h：")}
    assert len(own) == sum(street.ranked for street in load_county("pizhou").streets)
    lake = searches["我的镇街24h：东湖街道"]
    assert inner(lake)["searchSourceJSON"]["query"]["query"] == 'street: "320382001"'
    assert lake["timeRange"] == {"from": "now-24h", "to": "now"}


def test_ids_hang_on_the_name_of_the_index_alone(objects):
    again, other = exported("minyin-articles"), exported("another")
    assert [one["id"] for one in again] == [one["id"] for one in objects]
    assert not {one["id"] for one in other} & {one["id"] for one in objects}


def texts(node: Node) -> bool:
    """Whether it asks for words, which Kibana looks up through another analyzer."""
    if isinstance(node, Exists):
        return node.field in TEXTS
    if isinstance(node, (Term, Phrase, Prefix)):
        return is_text(node)
    return any(texts(part) for part in children(node))


def trees():
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            yield line, parse(line, clock=fixed_clock(NOW), names=NAMES)


def test_our_own_parser_reads_what_is_written(objects):
    for query in queries(objects):
        assert query["language"] == "kuery"
        parse(query["query"], names=NAMES)
    given = documents(200)
    plain = {line: tree for line, tree in trees() if not texts(tree)}
    again = {
        line: parse(kibana_kql(tree), clock=fixed_clock(NOW), names=NAMES)
        for line, tree in plain.items()
    }
    assert Standing(again, cut).matches(given) == Standing(plain, cut).matches(given)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Term("outlet", 'a"b\\c'), r'outlet: "a\"b\\c"'),
        (Prefix("url", "http://bbs.x and"), r"url: http\://bbs.x\ and*"),
        (Prefix("topics", "or"), r"topics: \or*"),
        (Prefix(None, "停水"), '"停水"'),
        (Range("severity", 3, 3), "severity: 3"),
        (Range("severity", 1, 3, high_open=True), "(severity >= 1 and severity < 3)"),
        (Range("published_at", 1_793_000_000_123), 'published_at >= "2026-10-26T07:33:20.123Z"'),
        (Not(And((Exists("street"), Term("appeal", "true")))), "not (street: * and appeal: true)"),
    ],
)
def test_kibanas_spelling(node, expected):
    assert kibana_kql(node) == expected


@pytest.mark.service
def test_elastics_own_parser_reads_it_the_same_way(elasticsearch_url, objects):
    """The `kql` query of the 8.19 node; over keywords, numbers and dates the same documents are found."""
    bench = Bench(elasticsearch_url)
    try:
        store = bench.store()
        store.write(documents(200))

        def theirs(query):
            answer = bench.client.search(
                index=bench.name, query={"kql": {"query": query}}, size=200, source=False
            )
            return sorted(hit["_id"] for hit in answer["hits"]["hits"])

        for query in queries(objects):
            theirs(query["query"])
        different = []
        for line, tree in trees():
            found = theirs(kibana_kql(tree))
            # a beginning with an escaped sign finds nothing there; Kibana compiles its KQL itself
            escaped_beginning = re.search(r"\\\S*\*$", kibana_kql(tree))
            if not texts(tree) and not escaped_beginning:
                hits = store.search(SearchRequest(query=line, limit=200, highlight=False)).hits
                if found != sorted(hit.document.id for hit in hits):
                    different.append(line)
        assert different == []
    finally:
        bench.close()


def test_the_command_writes_the_file(tmp_path):
    file = tmp_path / "kibana.ndjson"
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "kibana", "export", str(file)])
    assert result.exit_code == 0, result.output
    assert "个对象" in result.output
    assert all(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
