/// Why there is no QR code.
public enum QRCodeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The library is not there; in the loader's words.
  case noLibrary(String)
  /// The text is empty, holds a NUL, or is longer than a code takes.
  case text(length: Int)
  /// The text has a character beyond ASCII, which readers take for one of another alphabet.
  case beyondASCII(Character)

  /// What is wrong and what to do, in a sentence.
  public var description: String {
    switch self {
    case .noLibrary(let words): return "libqrencode is not there (\(words)); install the package libqrencode4"
    case .text(let length): return "a text of \(length) bytes cannot be a QR code, expected 1 to 2331 bytes without NUL"
    case .beyondASCII(let character):
      return "cameras would misread '\(character)'; write the address as browsers send it, with xn-- and percent signs"
    }
  }
}
