"""YAML files that operators edit: read as a whole, every fault with its file and line.

`read_values` checks a list of mappings against a value type; `faults_of` turns pydantic's findings into lines such
as `rules.yaml:12: rules.3.levle：没有这个配置项，是不是想写 level？`.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

V = TypeVar("V", bound=BaseModel)

MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个配置项",
}
# the type of a finding whose value must not be repeated (PydanticCustomError)
SECRET = "secret"


def read_yaml(path: Path) -> tuple[Any, yaml.Node | None, list[str]]:
    """The data, the node tree that knows line numbers, and the faults that stop reading."""
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader), []
    except FileNotFoundError:
        return None, None, [f"{path.name}:1: 缺少这个文件"]
    except UnicodeDecodeError as error:
        return None, None, [f"{path.name}:1: 不是 UTF-8 编码（第 {error.start} 字节）"]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return (
            None,
            None,
            [f"{path.name}:{line}: YAML 写法有误：{getattr(error, 'problem', error)}"],
        )


def line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest part of `location` that exists in the node tree."""
    line = 1
    for step in location:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child = node.value[step]
        return child.start_mark.line + 1, child
    return None


def nearest(name: str, known: Iterator[str] | list[str]) -> str:
    """A hint with the closest known name, or an empty string.

    >>> nearest("levle", ["level", "label"])
    '，是不是想写 level？'
    """
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"，是不是想写 {close[0]}？" if close else ""


def faults_of(
    error: ValidationError,
    model: type[BaseModel],
    *,
    file: str,
    node: yaml.Node | None,
    prefix: tuple[int | str, ...] = (),
) -> list[str]:
    """One line per finding: file:line: path：what."""
    faults = []
    for finding in error.errors():
        location = (*prefix, *finding["loc"])
        what = MESSAGES.get(finding["type"], finding["msg"])
        if finding["type"] == "extra_forbidden":
            what += nearest(str(finding["loc"][-1]), list(_fields_at(model, finding["loc"][:-1])))
        elif finding["type"] not in ("missing", SECRET):
            what = f"{what}（现在是 {finding['input']!r}）"
        path = ".".join(str(step) for step in location)
        faults.append(f"{file}:{line_of(node, location)}: {path}：{what}")
    return faults


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Known field names at a location inside a model; the model's own where the path cannot be followed."""
    here: type[BaseModel] = model
    for step in location:
        field = here.model_fields.get(str(step))
        annotation = field.annotation if field else None
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            here = annotation
    return [field.alias or name for name, field in here.model_fields.items()]


def read_values(path: Path, key: str, model: type[V]) -> tuple[tuple[V, ...], list[str]]:
    """The values under `key` of a YAML file, and every fault; faulty entries are left out."""
    data, node, faults = read_yaml(path)
    if faults:
        return (), faults
    entries = (data or {}).get(key) if isinstance(data, dict) else None
    if not isinstance(entries, list):
        return (), [f"{path.name}:1: 文件顶层应是 `{key}:` 加一个列表"]
    values = []
    for number, entry in enumerate(entries):
        try:
            values.append(model.model_validate(entry))
        except ValidationError as error:
            faults += faults_of(error, model, file=path.name, node=node, prefix=(key, number))
    return tuple(values), faults
