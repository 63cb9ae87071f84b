import Messages
import Testing

@testable import Delivery

@Suite("The library that sends")
struct TransferLibraryTests {
  /// A connection on a machine without libcurl, which counts how often it is looked for.
  private func unconnected(_ count: @escaping () -> Void = {}) -> CurlConnection {
    CurlConnection { () throws(TransferLibrary.Absence) in
      count()
      return try TransferLibrary(["libcurl-none.so.9", "libcurl-none-gnutls.so.9"])
    }
  }

  @Test("is loaded by the first request, not by the channel that will make it")
  func late() {
    var count = 0
    let exchange = HTTPExchange(connection: unconnected { count += 1 }, secret: nil)
    #expect(count == 0)
    _ = exchange.send(.init(url: "http://127.0.0.1:1/", body: ""))
    #expect(count == 1)
  }

  @Test("where it is absent, the channel is down, for a request as for a mail, and the words say what to install")
  func absent() {
    let request = HTTPExchange(connection: unconnected(), secret: nil).send(.init(url: "http://127.0.0.1:1/", body: ""))
    let mail = SMTPChannel.result(of: unconnected().perform { $0.perform(uploading: []) }, hiding: nil)
    for result in [request, mail] {
      guard case .channelDown(let words) = result else { Issue.record("\(result)"); return }
      #expect(words.contains("libcurl is not installed here: apt install libcurl4"))
      #expect(words.contains("libcurl-none.so.9") && words.contains("libcurl-none-gnutls.so.9"))
    }
  }

  @Test("is found under whichever of its names there is")
  func otherName() throws {
    let connection = CurlConnection { () throws(TransferLibrary.Absence) in
      try TransferLibrary(["libcurl-none.so.9", "libcurl.so.4", "libcurl-gnutls.so.4"])
    }
    // Nobody listens on port 1: libcurl, not its absence, says so.
    guard
      case .channelDown(let words) = HTTPExchange(connection: connection, secret: nil).send(
        .init(url: "http://127.0.0.1:1/", body: ""))
    else { Issue.record("it was sent"); return }
    #expect(!words.contains("not installed"))
  }
}
