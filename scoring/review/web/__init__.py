"""The desk in a browser, and the same for other systems: server-rendered pages that work without script, and an API.

`app.create_app(store, settings)` is the whole application; every act goes through the functions of `scoring.review`, so
that page, API, import and command line obey the same rules.
"""
