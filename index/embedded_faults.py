"""What tantivy says when a disk, a folder or a file fails, as one line that an operator can act on.

tantivy-py tells of nearly everything by ValueError; what happened is only in its text.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minyin.errors import DependencyError, MinyinError, OperatorError

SCARCE = 64_000_000  # bytes left: less, and the disk is to blame for a write that failed

_FULL = re.compile(r"code: (28|27|122)\b|StorageFull|No space left|File too large|quota")
_DENIED = re.compile(r"code: (1|13|30)\b|PermissionDenied|Permission denied|ReadOnly|Read-only")
_CUT_SHORT = re.compile(r"worker thread|writer was killed")


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Raises DependencyError for a disk or folder that fails, OperatorError for files that are damaged."""
    try:
        yield
    except MinyinError:
        raise
    except (OSError, ValueError) as error:
        raise explained(folder, error) from error
    except BaseException as error:
        # tantivy's panics derive from BaseException and their class cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(folder, error) from error


def explained(folder: Path, error: OSError | ValueError) -> MinyinError:
    text = str(error)
    if _DENIED.search(text):
        return DependencyError(
            f"检索库文件夹 {folder} 不能读写（权限不足或只读）；请检查权限，未写入的文章会在恢复后自动续上"
        )
    if _FULL.search(text) or (_CUT_SHORT.search(text) and free(folder) < SCARCE):
        return DependencyError(
            f"检索库 {folder} 所在的磁盘已满（剩余 {free(folder) // 1_000_000} MB）；"
            "请腾出空间，未写入的文章会在恢复后自动续上"
        )
    if _CUT_SHORT.search(text):
        return DependencyError(
            f"检索库 {folder} 写入中断；请检查磁盘空间（剩余 {free(folder) // 1_000_000} MB）和单个文件的大小限制，"
            "未写入的文章会在恢复后自动续上"
        )
    if isinstance(error, OSError):
        return DependencyError(f"检索库文件夹 {folder} 不能读写：{error.strerror or error}")
    return damaged(folder, error)


def damaged(folder: Path, error: BaseException) -> OperatorError:
    why = " ".join(str(error).split())[:120]
    return OperatorError(f"检索库 {folder} 已损坏（{why}）；请运行 minyin rebuild 由数据库重建")


def free(folder: Path) -> int:
    """Bytes left on the disk of a folder, or of the nearest folder above it that exists."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free
