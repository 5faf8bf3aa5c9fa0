"""Python loads this before moto_server: it puts the gate before moto. See test/moto-server.ts."""

import os

record = os.environ.get("ALB502_REFUSED_REQUESTS")
if record:
    from strict_aws.gate import Gate
    from moto import backends
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    DomainDispatcherApplication.__call__ = (
        lambda gate: lambda self, environ, start_response: gate(self, environ, start_response)
    )(Gate(DomainDispatcherApplication.__call__, record))

    # Moto lists its folders for every request, a third of the work for most of them.
    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
