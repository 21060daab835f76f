"""Who changed what people decide on, when and why."""
