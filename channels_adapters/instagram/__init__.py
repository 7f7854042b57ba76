"""Instagram: private messages and public comments of professional accounts."""
