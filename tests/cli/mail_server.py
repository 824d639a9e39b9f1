"""A mail server on this machine that speaks just enough SMTP; it can keep a sender waiting for its answer."""

import socketserver
import threading
from email import message_from_bytes, policy


class MailServer:
    """Takes mails; with ``hold_at`` n the n-th (from 1) is taken but not answered, as if the line hung."""

    def __init__(self, hold_at: int = 0) -> None:
        self.mails = []
        self.hold_at = hold_at
        self.is_holding = threading.Event()
        self.release = threading.Event()
        outer = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.serve(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    def serve(self, lines, answers) -> None:
        """One session."""
        answers.write(b"220 test\r\n")
        while line := lines.readline():
            word = line[:4].upper()
            if word == b"DATA":
                answers.write(b"354 go on\r\n")
                self.take(lines)
            answers.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return

    def take(self, lines) -> None:
        """Read one mail; keep the sender waiting if it is the one to hold at."""
        content = b""
        while (line := lines.readline()) != b".\r\n":
            content += line
        self.mails.append(message_from_bytes(content, policy=policy.default))
        if len(self.mails) == self.hold_at:
            self.is_holding.set()
            self.release.wait(60)
