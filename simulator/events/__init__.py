"""What happens on a simulated day: arrivals, the queue engine, finished records. day.py ties it together."""
