# make run      安装并运行演示（示例县区全程），然后打开 http://127.0.0.1:8600
# make test     安装并运行全部测试
# make services 准备测试用的真实服务（PostgreSQL、Chromium、Elasticsearch、OpenSearch、LibreOffice）
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOME_DIR ?= minyin-data

.PHONY: run install test lint services services-stop clean

run: install
	$(BIN)/minyin --home $(HOME_DIR) demo

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '错误：需要 Python 3.11 或更新版本，现在是：'; $(PYTHON) --version; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock --group dev
	touch $@

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder

services:
	scripts/services.sh start

services-stop:
	scripts/services.sh stop

clean:
	rm -rf $(VENV) .services
