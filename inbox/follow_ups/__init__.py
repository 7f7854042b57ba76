"""Getting back to customers who were unhappy: who does, by when, and what came of it."""
