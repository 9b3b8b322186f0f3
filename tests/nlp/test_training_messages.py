"""Word lists find the running text they were made of, and no other."""

from nlp.training.messages import found_again, made_of

TEXT = "反映A3区苑中小区物业违规收停车费\n我们是苑中小区的业主，物业未经业主同意，占用公共绿地划车位收费，请查处。"
LIKE = (
    "反映A3区苑中小区物业乱收装修押金\n我们是苑中小区的业主，物业要交三千元押金才让装修，请查处。"
)
LIST = [
    "反映",
    "A3",
    "区苑中",
    "小区",
    "物业",
    "违规",
    "收",
    "停车费",
    "小区",
    "业主",
    "物业",
    "未经",
    "业主",
    "同意",
    "占用",
    "公共绿地",
    "划",
    "车位",
    "收费",
    "查处",
]


def test_a_list_is_made_of_its_text_alone() -> None:
    bare = ["".join(text.split()) for text in (TEXT, LIKE)]
    assert [made_of(LIST, text) for text in bare] == [True, False]
    assert not made_of(list(reversed(LIST)), bare[0])


def test_a_long_text_that_only_contains_the_words_is_not_the_lists_own() -> None:
    assert not made_of(LIST, "".join(TEXT.split()) + "另外，电梯也常停。" * 20)


def test_texts_take_the_first_list_of_one_class() -> None:
    assert list(found_again([LIST], ["城乡建设"], [LIKE, TEXT])) == [(TEXT, 0)]
    assert list(found_again([LIST, LIST], ["城乡建设", "城乡建设"], [TEXT])) == [(TEXT, 0)]


def test_a_text_whose_lists_differ_in_class_is_left_out() -> None:
    assert not list(found_again([LIST, LIST], ["城乡建设", "商贸旅游"], [TEXT]))
