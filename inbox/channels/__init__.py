"""Connected accounts; the journal of what came in, the outbox of what goes out."""
