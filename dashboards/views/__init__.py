"""One module a page; each has ``render``. What they show is asked for in dashboards/data, drawn with components."""
