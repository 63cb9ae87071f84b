import CQrencode
public import Charts
import SystemLibraries

/// Makes QR codes (ISO/IEC 18004) by libqrencode, which is loaded when an encoder is made: who wants no code needs no library.
public struct QREncoder {
  /// The library's name for the loader, from Debian's package libqrencode4.
  public static let library = "libqrencode.so.4"
  /// What error correction leaves of version 40 at level M, in bytes (ISO/IEC 18004, table 7).
  static let longestText = 2331

  private typealias Encode =
    @convention(c) (UnsafePointer<CChar>, CInt, QRecLevel, QRencodeMode, CInt) -> UnsafeMutablePointer<QRcode>?
  private typealias Free = @convention(c) (UnsafeMutablePointer<QRcode>) -> Void

  private let encode: Encode
  private let free: Free

  /// An encoder; the library stays loaded until the program ends.
  ///
  /// - Parameter name: the library's name for the loader.
  /// - Throws: `QRCodeError.noLibrary`.
  public init(library name: String = library) throws(QRCodeError) {
    do throws(SystemLibraryError) {
      let loaded = try SystemLibrary(name)
      encode = try loaded.function("QRcode_encodeString")
      free = try loaded.function("QRcode_free")
    } catch {
      throw .noLibrary("\(error)")
    }
  }

  /// The code of `text`, as small as it gets, with error correction M: up to 15 % of it may be unreadable.
  ///
  /// - Throws: `QRCodeError.text`, `QRCodeError.beyondASCII`: without a note of its alphabet (ECI, which few readers know) a byte beyond ASCII
  ///   is guessed.
  public func code(of text: String) throws(QRCodeError) -> SquareCode {
    if let character = text.first(where: { !$0.isASCII }) { throw .beyondASCII(character) }
    let length = text.utf8.count
    guard (1...Self.longestText).contains(length), !text.utf8.contains(0),
      // Case matters in an address; bytes stand as they are.
      let made = encode(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1)
    else { throw .text(length: length) }
    defer { free(made) }
    let width = Int(made.pointee.width)
    // The lowest bit of each byte says whether a module is dark; the others say what it is for.
    let modules = UnsafeBufferPointer(start: made.pointee.data, count: width * width).map { $0 & 1 == 1 }
    guard let code = SquareCode(width: width, modules: modules) else { throw .text(length: length) }
    return code
  }
}
