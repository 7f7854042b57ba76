"""What a policy has done when a clock is warned of or breached: people told, systems called, tickets handed on."""
