"""Writes the trained net as one int8 ONNX file, node by node: no exporter, no mask (texts are read one at a time).

Weights are int8 with a scale for each column, word vectors with a scale for each row, activations are scaled per text
(`DynamicQuantizeLinear`). Of the vocabulary nothing is cut.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlp.encoder import TOKENS, WIDTH

LAYERS, HEADS = 4, 8
Floats = NDArray[np.float32]
OPSET = 20


class Graph:
    """Nodes and constants as they are named; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def node(self, kind: str, *inputs: str, out: str = "", **attributes: object) -> str:
        name = out or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def linear(self, x: str, name: str, weight: Floats, bias: Floats) -> str:
        """x @ weight.T + bias in int8; weight is out × in, as torch has it."""
        scale = np.maximum(np.abs(weight).max(axis=1), 1e-8) / 127
        whole = np.clip(np.round(weight / scale[:, None]), -127, 127).astype(np.int8).T
        quantised = [f"{x}_{part}" for part in ("q", "scale", "zero")]
        if not any(quantised[0] in node.output for node in self.nodes):
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], quantised))
        product = self.node(
            "MatMulInteger",
            quantised[0],
            self.constant(f"{name}.w", whole),
            quantised[2],
            self.constant(f"{name}.zero", np.zeros(len(scale), np.int8)),
        )
        scales = self.node(
            "Mul", quantised[1], self.constant(f"{name}.scale", scale.astype(np.float32))
        )
        floats = self.node("Cast", product, to=TensorProto.FLOAT)
        return self.node("Add", self.node("Mul", floats, scales), self.constant(f"{name}.b", bias))

    def norm(self, x: str, name: str, state: Mapping[str, Floats]) -> str:
        return self.node(
            "LayerNormalization",
            x,
            self.constant(f"{name}.w", state[f"{name}.weight"]),
            self.constant(f"{name}.b", state[f"{name}.bias"]),
            axis=-1,
            epsilon=1e-12,
        )

    def heads(self, x: str) -> str:
        """n × t × 512 → n × 8 × t × 64."""
        shape = self.constant("heads", np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
        return self.node("Transpose", self.node("Reshape", x, shape), perm=[0, 2, 1, 3])


def _words(graph: Graph, state: Mapping[str, Floats]) -> str:
    table = state["bert.embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8) / 127
    rows = graph.constant("words", np.round(table / scale).astype(np.int8))
    scales = graph.constant("words.scale", scale.astype(np.float32))
    whole = graph.node(
        "Cast", graph.node("Gather", rows, "input_ids", axis=0), to=TensorProto.FLOAT
    )
    words = graph.node("Mul", whole, graph.node("Gather", scales, "input_ids", axis=0))
    places = (
        state["bert.embeddings.position_embeddings.weight"][:TOKENS]
        + state["bert.embeddings.token_type_embeddings.weight"][0]
    )
    one, two = (
        graph.constant(name, np.array([n], np.int64)) for name, n in (("one", 1), ("two", 2))
    )
    zero = graph.constant("zero", np.array([0], np.int64))
    length = graph.node("Slice", graph.node("Shape", "input_ids"), one, two)
    taken = graph.node("Slice", graph.constant("places", places), zero, length)
    return graph.norm(graph.node("Add", words, taken), "bert.embeddings.LayerNorm", state)


def _attended(graph: Graph, query: str, key: str, value: str) -> str:
    """n × 8 × t × 64 each → n × t × 512."""
    root = graph.constant("root", np.array((WIDTH // HEADS) ** 0.5, np.float32))
    likeness = graph.node("MatMul", query, graph.node("Transpose", key, perm=[0, 1, 3, 2]))
    shares = graph.node("Softmax", graph.node("Div", likeness, root), axis=-1)
    mixed = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
    return graph.node("Reshape", mixed, graph.constant("flat", np.array([0, 0, WIDTH], np.int64)))


def _layer(graph: Graph, x: str, number: int, state: Mapping[str, Floats]) -> str:
    at = f"bert.encoder.layer.{number}"

    def of(name: str) -> tuple[Floats, Floats]:
        return state[f"{at}.{name}.weight"], state[f"{at}.{name}.bias"]

    def linear(x: str, name: str) -> str:
        return graph.linear(x, f"{at}.{name}", *of(name))

    query, key, value = (
        graph.heads(linear(x, f"attention.self.{part}")) for part in ("query", "key", "value")
    )
    mixed = _attended(graph, query, key, value)
    seen = graph.node("Add", x, linear(mixed, "attention.output.dense"))
    x = graph.norm(seen, f"{at}.attention.output.LayerNorm", state)
    grown = graph.node("Gelu", linear(x, "intermediate.dense"))
    thought = graph.node("Add", x, linear(grown, "output.dense"))
    return graph.norm(thought, f"{at}.output.LayerNorm", state)


def _exact(graph: Graph, x: str, name: str, state: Mapping[str, Floats], out: str = "") -> str:
    """A small head in full precision."""
    weight = graph.constant(f"{name}.w", state[f"{name}.weight"].T)
    bias = graph.constant(f"{name}.b", state[f"{name}.bias"])
    return graph.node("Add", graph.node("MatMul", x, weight), bias, out=out)


def build(state: Mapping[str, Floats]) -> onnx.ModelProto:
    """The model of a state dict of `encoder_net.Net`."""
    graph = Graph()
    x = _words(graph, state)
    for number in range(LAYERS - 1):
        x = _layer(graph, x, number, state)
    below = x
    x = _layer(graph, x, LAYERS - 1, state)
    first = graph.constant("first", np.array(0, np.int64))
    cls = graph.node("Gather", x, first, axis=1)
    mean = graph.node("ReduceMean", x, graph.constants["one"].name, keepdims=0)
    vector = graph.linear(cls, "vector", state["vector.weight"], state["vector.bias"])
    graph.node("LpNormalization", vector, out="embedding", axis=-1, p=2)
    both = graph.node("Concat", cls, mean, axis=-1)
    hidden = graph.node(
        "Gelu", graph.linear(both, "hidden", state["hidden.weight"], state["hidden.bias"])
    )
    _exact(graph, hidden, "polarity", state, out="polarity")
    _exact(graph, hidden, "flags", state, out="flags")
    shapes = {"embedding": WIDTH, "polarity": 3, "flags": 3}
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "tokens"])
    outputs = [
        helper.make_tensor_value_info(k, TensorProto.FLOAT, ["n", n]) for k, n in shapes.items()
    ]
    return exposed(_model(graph, "minyin-encoder", ids, outputs), below)


def _model(
    graph: Graph, name: str, given: onnx.ValueInfoProto, found: list[onnx.ValueInfoProto]
) -> onnx.ModelProto:
    made = helper.make_graph(graph.nodes, name, [given], found, list(graph.constants.values()))
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    return model


def exposed(model: onnx.ModelProto, below: str) -> onnx.ModelProto:
    """The model with one output more: the token states that the last layer reads, n × tokens × 512."""
    model.graph.node.add(op_type="Identity", input=[below], output=["below"])
    shape = ["n", "tokens", WIDTH]
    model.graph.output.append(helper.make_tensor_value_info("below", TensorProto.FLOAT, shape))
    onnx.checker.check_model(model)
    return model


def build_head(state: Mapping[str, Floats]) -> onnx.ModelProto:
    """The model of a state dict of `category_net.Head`: 1 × tokens × 512 in, 1 × classes out."""
    graph = Graph()

    def linear(x: str, name: str) -> str:
        return graph.linear(x, name, state[f"{name}.weight"], state[f"{name}.bias"])

    one = graph.constant("one", np.array([1], np.int64))
    zero = graph.constant("zero", np.array([0], np.int64))
    cls = graph.node("Slice", "below", zero, one, one)
    query, key, value = (
        graph.heads(linear(x, name))
        for x, name in ((cls, "query"), ("below", "key"), ("below", "value"))
    )
    seen = graph.norm(
        graph.node("Add", cls, linear(_attended(graph, query, key, value), "mixed")), "seen", state
    )
    grown = graph.node("Gelu", linear(seen, "grown"))
    said = graph.norm(graph.node("Add", seen, linear(grown, "thought")), "said", state)
    mean = graph.node("ReduceMean", "below", one, keepdims=0)
    both = graph.node("Concat", graph.node("Squeeze", said, one), mean, axis=-1)
    _exact(graph, graph.node("Gelu", linear(both, "hidden")), "category", state, out="category")
    given = helper.make_tensor_value_info("below", TensorProto.FLOAT, ["n", "tokens", WIDTH])
    classes = len(state["category.bias"])
    found = helper.make_tensor_value_info("category", TensorProto.FLOAT, ["n", classes])
    return _model(graph, "minyin-category", given, [found])


def write(
    state: Mapping[str, Floats], vocabulary: Path, folder: Path, facts: Mapping[str, object]
) -> None:
    """`encoder.onnx`, `encoder.json` (its digest and `facts`) and `vocab.txt`."""
    store(build(state), "encoder", folder, facts)
    (folder / "vocab.txt").write_bytes(vocabulary.read_bytes())


def store(
    model: onnx.ModelProto, name: str, folder: Path, facts: Mapping[str, object]
) -> dict[str, object]:
    """`<name>.onnx`, and `<name>.json` with its digest and `facts`; returns what stands there."""
    folder.mkdir(parents=True, exist_ok=True)
    data = model.SerializeToString(deterministic=True)
    (folder / f"{name}.onnx").write_bytes(data)
    known = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **facts}
    text = json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return known
