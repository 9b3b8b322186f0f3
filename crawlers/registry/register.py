"""A new entry in sources.yaml: appended as text, so that what people wrote there stays, and checked before it counts."""

from pathlib import Path
from typing import Any

import yaml

from minyin.errors import InputError, ProfileError
from minyin.source import Source
from minyin.yamlfile import read_values

DEFAULT_ORDER = ("id", "name", "kind", "channel", "tier")


def entry_text(source: Source) -> str:
    """The entry as it stands in sources.yaml: what differs from the defaults, in the order of the fields."""
    whole = source.model_dump(mode="json", exclude_defaults=True)
    shown: dict[str, Any] = {name: whole[name] for name in DEFAULT_ORDER if name in whole} | whole
    text = yaml.safe_dump([shown], allow_unicode=True, sort_keys=False, width=110)
    return "".join(f"  {line}\n" for line in text.splitlines())


def add_source(path: Path, source: Source) -> None:
    """Append the entry, or replace nothing and raise InputError: the id is taken, the file is faulty or not ours to write."""
    existing, faults = read_values(path, "sources", Source)
    if faults:
        raise ProfileError(faults)
    if any(known.id == source.id for known in existing):
        raise InputError(f"{path.name} 中已有编号 {source.id!r} 的来源，请用 --set id=… 换一个编号")
    before = path.read_text(encoding="utf-8")
    empty = [line for line in before.splitlines() if line.replace(" ", "").startswith("sources:[]")]
    body = before.replace(empty[0], "sources:") if empty else before
    after = body.rstrip("\n") + "\n" + entry_text(source)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(after, encoding="utf-8")
        found, faults = read_values(part, "sources", Source)
        if faults or len(found) != len(existing) + 1:
            raise InputError(
                f"{path}：加不进新来源（{'；'.join(faults) or '缩进与现有写法不合'}），请手工登记"
            )
        part.replace(path)
    except OSError as error:
        raise InputError(
            f"{path} 写不进去（{error.strerror}），请用 --file 指定来源登记文件"
        ) from error
    finally:
        part.unlink(missing_ok=True)
