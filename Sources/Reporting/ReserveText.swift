import CommunityModel
import Console
import Planning
import Quantities

extension PlanReport {
  /// What each battery holds for an emergency, in words.
  func reserveTexts(_ language: Language) -> [String] {
    plan.sites.flatMap(\.assets).compactMap { asset in
      guard let reserve = asset.reserve, let least = reserve.min(), let most = reserve.max() else { return nil }
      let style = language.numbers(decimals: 1)
      return language.reserveKept(
        asset.id.text, least: style.text(least.count, per: 1_000_000), most: style.text(most.count, per: 1_000_000))
    }
  }
}

extension Language {
  var reserveWord: String { pick("RESERVE", "RESERVE") }

  func reserveKept(_ battery: String, least: String, most: String) -> String {
    least == most
      ? pick("\(battery): \(most) kWh für den Netzausfall gehalten", "\(battery): \(most) kWh kept for a failure of the grid")
      : pick(
        "\(battery): je nach Stunde \(least) bis \(most) kWh für den Netzausfall gehalten",
        "\(battery): \(least) to \(most) kWh kept for a failure of the grid, by hour")
  }

  func reserveBreach(_ kind: Breach.Kind, subject: String, span: String, energy: String, longest: Duration?) -> String {
    guard kind == .reserveTooLong else {
      return pick(
        "\(subject): für den Netzausfall fehlen bis zu \(energy) kWh, \(span)",
        "\(subject): up to \(energy) kWh short of its reserve, \(span)")
    }
    let hours = numbers(decimals: 2).text(Int64((longest ?? .zero) / .seconds(36)), per: 100)
    return pick(
      "\(subject): so lange reicht kein voller Speicher (\(energy) kWh zu wenig oder zu wenig Leistung); am längsten gehen \(hours) h",
      "\(subject): no full battery lasts so long (\(energy) kWh short, or too little power); the longest that works is \(hours) h"
    )
  }
}
