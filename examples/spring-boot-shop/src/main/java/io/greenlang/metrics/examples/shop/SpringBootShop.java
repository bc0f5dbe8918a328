package io.greenlang.metrics.examples.shop;

import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A shop that accepts orders and ships them once per second. It has no code for metrics. */
@SpringBootApplication
@EnableScheduling
@RestController
public class SpringBootShop {

  private final JdbcClient database;

  SpringBootShop(JdbcClient database) {
    this.database = database;
  }

  /** Starts the application; Ctrl-C stops it. */
  public static void main(String[] args) {
    SpringApplication.run(SpringBootShop.class, args);
  }

  @PostMapping("/orders")
  void order(@RequestParam String article) {
    database.sql("INSERT INTO orders (article) VALUES (?)").param(article).update();
  }

  @GetMapping("/orders")
  List<Map<String, Object>> orders() {
    return database
        .sql("SELECT id, article, shipped FROM orders ORDER BY id DESC LIMIT 20")
        .query()
        .listOfRows();
  }

  @Scheduled(fixedRate = 1000)
  void ship() {
    database.sql("UPDATE orders SET shipped = TRUE WHERE NOT shipped").update();
  }
}
