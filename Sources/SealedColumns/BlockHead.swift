/// How the differences of a block are written: the first twelve bits of a block, or one bit where they are those of the block before.
struct BlockHead: Equatable {
  /// How numbers become bits.
  enum Form: UInt8 {
    /// `parameter` bits each; 63 stands for 64.
    case packed = 0
    /// The lowest `parameter` bits of each, behind as many zero bits as the rest says and a one (Rice's code).
    case rice = 1
    /// Between runs of zeros, numbers as by `rice`.
    case sparse = 2
  }

  var predictor: Predictor
  var form: Form
  /// Whether differences are written as they are, not as zigzag: good where none is negative.
  var isPlain: Bool
  /// From 0 to 63.
  var parameter: UInt8

  /// The bits of a head.
  static let width = 12
  /// The largest number of low bits in Rice's code.
  static let largestLow = 32
  /// So many zero bits: the number follows whole. Ones, counted likewise, are fewer.
  static let escape = 24
  /// The bits of an escaped number.
  static let escapeWidth = escape + 64
  /// A sparse block's `parameter` where all its numbers are one.
  static let onlyOnes: UInt8 = 63
  /// The bits of the number in a sparse block that says how runs are written: the low bits, and 8 where they are relative.
  static let runWidth = 4
  /// The most bits of a block.
  static let largestBlock = 1 + width + runWidth + Predictor.blockLength * 2 * escapeWidth

  init(predictor: Predictor, form: Form, isPlain: Bool, parameter: UInt8) {
    (self.predictor, self.form, self.isPlain, self.parameter) = (predictor, form, isPlain, parameter)
  }

  /// Predictor, form, whether plain, parameter: from the lowest bit.
  var bits: UInt64 {
    UInt64(predictor.rawValue) | UInt64(form.rawValue) << 3 | (isPlain ? 1 << 5 : 0) | UInt64(parameter) << 6
  }

  /// Nil for bits that no writer writes.
  init?(bits: UInt64) {
    guard let predictor = Predictor(rawValue: UInt8(bits & 7)), let form = Form(rawValue: UInt8(bits >> 3 & 3)) else {
      return nil
    }
    let parameter = UInt8(bits >> 6 & 63)
    switch form {
    case .packed: break
    case .rice: guard parameter <= Self.largestLow else { return nil }
    case .sparse: guard parameter <= Self.largestLow || parameter == Self.onlyOnes else { return nil }
    }
    self.init(predictor: predictor, form: form, isPlain: bits >> 5 & 1 == 1, parameter: parameter)
  }

  /// The bits of each number of a packed block.
  var packedWidth: Int { parameter == 63 ? 64 : Int(parameter) }

  /// The parameter for numbers of so many bits.
  static func packedParameter(width: Int) -> UInt8 { width > 62 ? 63 : UInt8(width) }
}
