"""The commands, by what they do; every heavy import is inside a command."""
