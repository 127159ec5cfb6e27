"""Live inspection: sound of calls that go on now -> utterances -> masked words -> alerts with the suggested script.

The way of a sound: audiosocket_input.py or websocket_input.py (what arrives) -> calls.py (which call and who speaks) ->
ear.py (utterances) -> recogniser.py (words, in a thread of its own) -> watch.py (what calls for an alert) -> desk.py
(store and subscribers). server.py starts and ends all of it. The rules are those of asr_jobs/inspection; what is heard
here is not written to the lake: the recording is inspected again, whole, by the daily run.
"""
