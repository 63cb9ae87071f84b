import Console
import MarketTime
import Quantities
import Reporting

/// Numbers as summaries write them: two significant digits of kWh, whole percent, cents.
struct SummaryNumbers {
  let language: Language

  /// Decimals that leave two significant digits, or a whole number.
  static func decimals(of energy: Energy) -> Int {
    switch energy.magnitude.count {
    case 9_950_000...: 0
    case 995_000...: 1
    default: 2
    }
  }

  /// `8,3`; half away from zero. What is there is never written as nothing.
  func energy(_ energy: Energy) -> String {
    if energy > .zero, energy.count < 5000 { return language.pick("unter 0,01", "under 0.01") }
    return energy == .zero ? "0" : language.numbers(decimals: Self.decimals(of: energy)).text(energy.count, per: 1_000_000)
  }

  /// Used, own and bought, so that what is written adds up where all three have as many decimals.
  func parts(used: Energy, own: Energy) -> (used: String, own: String, bought: String) {
    let bought = used - own
    let places = Set([used, own, bought].map { Self.decimals(of: $0) })
    guard places.count == 1, let decimals = places.first else { return (energy(used), energy(own), energy(bought)) }
    let step: Int64 = [1_000_000, 100_000, 10_000][decimals]
    func steps(_ energy: Energy) -> Int64 { (energy.count + step / 2) / step }
    return (energy(used), energy(own), energy(Energy(count: (steps(used) - steps(own)) * step)))
  }

  /// `49 %`; what is not exactly all or nothing is never written as such.
  func percent(_ share: Fraction, over: String, under: String) -> String {
    let text = language.numbers(decimals: 0).percent(share.count, per: Fraction.one.count)
    switch text.first {
    case ">": return over + text.dropFirst()
    case "<": return under + text.dropFirst()
    default: return text
    }
  }

  /// Euros to the cent without their sign: `0,43`.
  func cents(_ money: Money) -> String { language.numbers(decimals: 2).text(money.count, per: 1_000_000) }

  /// Cents a kilowatt-hour: `34,5`, `24`.
  func price(_ price: EnergyPrice) -> String {
    let text = language.numbers(decimals: 1).text(price.count, per: 10_000)
    return text.hasSuffix("0") ? String(text.dropLast(2)) : text
  }
}

/// Which form of a noun goes with a number: German and English know one and other (CLDR plural rules).
enum Plural {
  case one, other

  /// The form for `count` in German and English.
  init(_ count: Int) { self = count == 1 ? .one : .other }

  /// The word that fits.
  func pick(_ one: String, _ other: String) -> String { self == .one ? one : other }
}

/// How large a part is, in the words that people use for it. Which percentages each covers is the same in all languages.
enum PartInWords: CaseIterable {
  case small, fifth, quarter, third, overThird, almostHalf, half, overHalf, twoThirds, threeQuarters, most, almostAll, all

  init(_ share: Fraction) {
    switch share.count {
    case Fraction.one.count...: self = .all
    case 950_000_000...: self = .almostAll
    case 795_000_000...: self = .most
    case 715_000_000...: self = .threeQuarters
    case 615_000_000...: self = .twoThirds
    case 505_000_000...: self = .overHalf
    case 495_000_000...: self = .half
    case 445_000_000...: self = .almostHalf
    case 365_000_000...: self = .overThird
    case 295_000_000...: self = .third
    case 225_000_000...: self = .quarter
    case 165_000_000...: self = .fifth
    default: self = .small
    }
  }
}
