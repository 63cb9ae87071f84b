import Glibc
import Testing

@testable import ServiceSockets

@Suite("The page on loopback")
struct LoopbackPageTests {
  private func answer(_ request: String) -> String {
    LoopbackPage.answer(to: request + "\r\n\r\n", path: "/metrics", type: "text/x") { "figures\n" }
  }

  @Test(
    "answers GET and HEAD of its path from this machine, and nothing else",
    arguments: [
      ("GET /metrics HTTP/1.1\r\nHost: localhost:9105", "200"), ("GET /metrics HTTP/1.0", "200"),
      ("HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1:9105", "200"), ("GET /metrics HTTP/1.1\r\nhost:127.0.0.1", "200"),
      ("GET / HTTP/1.1\r\nHost: localhost", "404"), ("GET /metrics/../etc HTTP/1.1\r\nHost: localhost", "404"),
      ("POST /metrics HTTP/1.1\r\nHost: localhost", "405"), ("GET /metrics HTTP/1.1\r\nHost: evil.example", "403"),
      ("GET /metrics HTTP/1.1\r\nHost: localhost.evil.example", "403"), ("GET /metrics HTTP/1.1\r\nHost: [::1]:80", "403"),
      ("GET /metrics", "400"), ("", "400"), ("PRI * HTTP/2.0", "400"),
    ])
  func requests(request: String, status: String) {
    #expect(answer(request).hasPrefix("HTTP/1.1 \(status) "))
  }

  @Test("says how long the text is, and leaves it out for HEAD")
  func length() {
    let whole =
      "HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nContent-Length: 8\r\nX-Content-Type-Options: nosniff\r\n"
      + "Connection: close\r\n\r\n"
    #expect(answer("GET /metrics HTTP/1.1") == whole + "figures\n")
    #expect(answer("HEAD /metrics HTTP/1.1") == whole)
  }

  @Test("comes over a real connection, also when the request comes in pieces, and to the next asker when one says nothing")
  func connection() throws {
    let page = try LoopbackPage(port: 0, path: "/metrics", type: "text/x") { "figures\n" }
    let silent = dial(page.port)
    let first = dial(page.port)
    for piece in ["GET /met", "rics HTTP/1.1\r\n", "Host: localhost\r\n\r", "\n"] { send(first, piece, piece.utf8.count, 0) }
    #expect(read(first).hasSuffix("\r\n\r\nfigures\n"))
    close(silent)
    close(first)
    let flood = dial(page.port)
    let header = "GET /metrics HTTP/1.1\r\n" + String(repeating: "x", count: 20_000)
    send(flood, header, header.utf8.count, Int32(MSG_NOSIGNAL))
    #expect(read(flood) == "")
    close(flood)
    page.stop()
  }

  @Test("tells which port cannot be had")
  func portInUse() throws {
    let page = try LoopbackPage(port: 0, path: "/", type: "text/x") { "" }
    let failure = #expect(throws: LoopbackPage.Failure.self) {
      try LoopbackPage(port: page.port, path: "/", type: "text/x") { "" }
    }
    #expect(failure.map { "\($0)" }?.hasPrefix("port \(page.port) on 127.0.0.1: ") == true)
    page.stop()
  }

  private func dial(_ port: Int) -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return socket
  }

  private func read(_ socket: Int32) -> String {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { return text }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }
}
