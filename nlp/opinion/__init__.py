"""Attitude, appeal, urgency and alarm of one text: the linear model, the cascade, a county's own, and rules that say why."""
