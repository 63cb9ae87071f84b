import Quantities
import Testing

@Suite("CO2 and its price")
struct CarbonTests {
  @Test("energy times factor is a mass, and a mass times a price is money, by hand")
  func products() throws {
    // 12.5 kWh x 380 g/kWh = 4.75 kg; at 60 EUR/t that is 0.285 EUR.
    let mass = try Energy(text: "12.5 kWh") * EmissionFactor(text: "380 g/kWh")
    #expect(mass == Mass(count: 4_750_000))
    #expect(mass.kilograms == 4.75)
    #expect(mass * (try CarbonPrice(text: "60 EUR/t")) == Money(count: 285_000))
    // Half away from zero: 1 mWh x 0.5 g/kWh is 0.0005 mg, 1000 mWh of it 0.5 mg.
    #expect(Energy(count: 1) * EmissionFactor(count: 500) == .zero)
    #expect(Energy(count: 1000) * EmissionFactor(count: 500) == Mass(count: 1))
    #expect(Mass(count: -500) * CarbonPrice(count: 1_000_000) == Money(count: -1))
  }

  @Test("prices of CO2 are read to the micro-euro a tonne")
  func price() throws {
    #expect(try CarbonPrice(text: "60 EUR/t").count == 60_000_000)
    #expect(try CarbonPrice(text: "0.06 EUR/kg").count == 60_000_000)
    #expect(try CarbonPrice(text: "60 €/t").eurosPerKilogram == 0.06)
    #expect(try Mass(text: "1.5 t").count == 1_500_000_000)
  }
}
