"""Clock, ids and text: tiny, no models, no business words."""
