/// What became of one request on a bus.
enum ReadOutcome: Equatable {
  case words([UInt16])
  case exception(ModbusException)
  /// Nothing, or only a part, within the time.
  case noAnswer
  /// Something else than the answer.
  case broken(String)
  /// The socket or device failed.
  case lost(String)

  /// Whether what follows on the same line could be taken for something else than it is.
  var isDoubtful: Bool {
    switch self {
    case .words, .exception: false
    case .noAnswer, .broken, .lost: true
    }
  }

  /// The words, or the error that `request` ends with.
  func words(for request: @autoclosure () -> RegisterRequest, deadline: Duration) throws(ModbusError) -> [UInt16] {
    switch self {
    case .words(let words): return words
    case .exception(let code): throw .exception(request(), code: code)
    case .noAnswer: throw .noAnswer(request(), after: deadline)
    case .broken(let reason): throw .brokenReply(request(), reason: reason)
    case .lost(let reason): throw .connectionLost(request(), reason: reason)
    }
  }
}
