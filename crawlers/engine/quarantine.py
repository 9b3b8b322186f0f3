"""Pages that broke something: the page as it came and the error beside it, for a person to look at."""

import json
from pathlib import Path

from crawlers.engine.errand import Errand, Fetched


def keep_for_a_person(folder: Path, errand: Errand, answer: Fetched, error: Exception) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / errand.key
    stem.with_suffix(".body").write_bytes(answer.body)
    about = {
        "url": errand.url,
        "source_id": errand.source_id,
        "headers": answer.headers,
        "error": repr(error),
    }
    text = json.dumps(about, ensure_ascii=False, indent=1)
    stem.with_suffix(".json").write_text(text, encoding="utf-8")
