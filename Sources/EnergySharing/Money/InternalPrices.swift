public import Quantities

/// What members pay each other for a kilowatt-hour in an interval.
public struct InternalPrices: Sendable, Equatable {
  /// How prices are made.
  public enum Method: Sendable, Equatable {
    /// Half way between retail and feed-in; purchases from the grid are spread over all buyers, sales into it over all sellers.
    case midMarket
    /// Falls from retail to feed-in as surplus grows against demand.
    case supplyDemandRatio
    /// One price that the community has agreed on, for what is shared; the grid is settled apart.
    case fixed(EnergyPrice)
  }

  /// What buyers pay.
  public let buy: EnergyPrice
  /// What sellers get.
  public let sell: EnergyPrice
  /// Whether prices are for all that is bought and sold, the grid's part in them, or for what is shared alone.
  public let includesGrid: Bool

  /// The prices of an interval, to the nearest micro-euro a kWh.
  ///
  /// | symbol | meaning | unit |
  /// |---|---|---|
  /// | S, D | sum of surplus, sum of residual demand | mWh |
  /// | b, s | retail price that a member avoids, feed-in price, 0 <= s <= b | EUR/kWh |
  ///
  ///     mid-market  p = (b + s) / 2;  S < D: buy (S p + (D - S) b) / D, sell p;  S > D: buy p, sell (D p + (S - D) s) / S
  ///     ratio       r = S / D < 1:  sell b s / ((b - s) r + s),  buy  sell r + b (1 - r);   else both s
  ///
  /// b must leave out what is not avoided (grid charges when sharing over the public grid). Source: Energies 16(4) 1949 (2023);
  /// Dysfunctional-Human/P2P-Pricing, `settlements.py`.
  ///
  /// - Throws: `SharingError.badKeys` for prices or energies outside their ranges.
  public init(
    _ method: Method, surplus: Energy, demand: Energy, retail: EnergyPrice, feedIn: EnergyPrice
  ) throws(SharingError) {
    let most = EnergyPrice(count: 10_000_000)
    guard .zero <= feedIn, feedIn <= retail, retail <= most else {
      throw .badKeys("internal prices need 0 <= feed-in <= retail <= 10 EUR/kWh")
    }
    let energies = Energy.zero...Energy(count: mostEnergy)
    guard energies.contains(surplus), energies.contains(demand) else { throw .tooLarge }
    let (supply, need) = (Int128(surplus.count), Int128(demand.count))
    let (high, low) = (Int128(retail.count), Int128(feedIn.count))
    switch method {
    case .fixed(let price): (buy, sell, includesGrid) = (price, price, false)
    case .midMarket:
      let middle = Self.price(high + low, over: 2)
      let mean = { (few: Int128, many: Int128, grid: Int128) in
        Self.price(few * (high + low) + 2 * (many - few) * grid, over: 2 * many)
      }
      buy = supply < need ? mean(supply, need, high) : middle
      sell = supply > need ? mean(need, supply, low) : middle
      includesGrid = true
    case .supplyDemandRatio:
      includesGrid = true
      // With r = S / D in whole numbers: sell = b s D / M, buy = b ((D - S) (b - s) S + s D^2) / (M D), M = (b - s) S + s D.
      let divisor = (high - low) * supply + low * need
      if supply >= need {
        (buy, sell) = (feedIn, feedIn)
      } else if divisor == 0 {
        (buy, sell) = (retail, feedIn)
      } else {
        sell = Self.price(high * low * need, over: divisor)
        buy = Self.price(high * ((need - supply) * (high - low) * supply + low * need * need), over: divisor * need)
      }
    }
  }

  /// Buyers' payments, less sellers' receipts, less what the grid costs, plus what it pays: zero but for the rounding of prices, at most
  /// half a micro-euro for each kWh bought and sold.
  public func gap(surplus: Energy, demand: Energy, retail: EnergyPrice, feedIn: EnergyPrice) -> Money {
    guard includesGrid else { return .zero }
    let shared = min(surplus, demand)
    return demand * buy - surplus * sell - (demand - shared) * retail + (surplus - shared) * feedIn
  }

  private static func price(_ numerator: Int128, over divisor: Int128) -> EnergyPrice {
    EnergyPrice(count: nearest(numerator, over: divisor))
  }
}
