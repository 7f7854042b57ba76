"""The answers, a module for each kind of resource."""
