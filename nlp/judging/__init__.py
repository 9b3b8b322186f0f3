"""Gold files of any county scored: `minyin evaluate`."""
