"""Which classifier a setting chooses, and what the operator reads when it cannot be had."""

from pathlib import Path

import pytest

from flows.bootstrap import classifier_of
from minyin.errors import DependencyError, SettingsError
from minyin.settings import NlpSettings, Settings
from nlp.encoder import Encoder
from nlp.opinion.cascade import CascadeClassifier
from nlp.opinion.linear import LinearClassifier


def test_the_cascade_is_the_default_and_the_linear_model_can_stand_alone() -> None:
    assert isinstance(classifier_of(NlpSettings(), Encoder()), CascadeClassifier)
    linear = classifier_of(NlpSettings(polarity="linear"), Encoder())
    assert isinstance(linear, LinearClassifier)


def test_settings_with_labels_still_open_a_house_once() -> None:
    settings = Settings(nlp=NlpSettings(labels=("negative", "positive")))
    assert hash(settings) == hash(settings.model_copy())


def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises((DependencyError, SettingsError), match=r"nlp\.polarity") as caught:
        classifier_of(NlpSettings(polarity=str(tmp_path)), Encoder())
    assert "\n" not in str(caught.value)
