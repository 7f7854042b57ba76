"""What a policy has happen when a clock is warned of or breached: who is told, what is changed."""
