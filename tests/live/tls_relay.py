"""tls_relay.py CERT KEY HOST:PORT: listens with TLS on a free port of loopback, says which, and hands
everything on to HOST:PORT in the clear."""

import asyncio
import ssl
import sys

cert, key, upstream = sys.argv[1:]
host, port = upstream.rsplit(":", 1)


async def copy(source, goal):
    try:
        while chunk := await source.read(65536):
            goal.write(chunk)
            await goal.drain()
    except OSError:
        pass
    goal.close()


async def serve(reader, writer):
    there, back = await asyncio.open_connection(host, int(port))
    await asyncio.gather(copy(reader, back), copy(there, writer))


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    print("%s:%d" % server.sockets[0].getsockname(), flush=True)
    await server.serve_forever()


asyncio.run(main())
